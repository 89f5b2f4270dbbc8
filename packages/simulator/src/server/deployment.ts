import type { EngineListener } from '../engine/engine.js';
import { createFaultInjector, type FaultInjector } from '../faults/fault-injector.js';
import { createHaltingClock, type HaltingClock } from '../faults/standstill.js';
import { afterStandstill, scheduleOutages, standstillsOf } from '../faults/timed-faults.js';
import { createFleet, type Fleet } from '../gateway/fleet.js';
import { createGateway, type Gateway } from '../gateway/gateway.js';
import { createEngineMetrics, type EngineMetrics } from '../metrics/engine-metrics.js';
import type { ServedModels } from './served-models.js';
import type { ResolvedOptions } from './simulator-options.js';

/** Label of the metrics where every name is served. */
const ANY_MODEL = 'any';

/** What stands behind the server: engines, the gateway before them, their metrics, and what goes wrong. */
export interface Deployment {
  readonly fleet: Fleet;
  readonly gateway: Gateway;
  readonly metrics: EngineMetrics;
  readonly faults: FaultInjector;
  /** When a request that came now may be answered; undefined when nothing ever stands still. */
  readonly notBefore: (() => number) | undefined;
  /** Calls off what was still to happen. */
  close(): void;
}

/** Tells the real times of what an engine does on a clock that stands still at times. */
const inRealTime = (listener: EngineListener, clock: HaltingClock): EngineListener => ({
  ...listener,
  onAdmitted: (admission) => listener.onAdmitted?.({ ...admission, timeMs: clock.toReal(admission.timeMs) }),
  onTokens: (count, timeMs) => listener.onTokens(count, clock.toReal(timeMs)),
  onDone: (timeMs) => listener.onDone(clock.toReal(timeMs)),
});

/**
 * Deploys engines. Timed faults count from now.
 *
 * @throws BenchmarkError `usage` when the profile cannot run
 */
export const createDeployment = (options: ResolvedOptions, models: ServedModels): Deployment => {
  const { clock, profile, seed, replicas, faults } = options;
  const startMs = clock.now();
  const standstills = standstillsOf(faults.timed, startMs);
  const halting = standstills.length > 0 ? createHaltingClock(clock, standstills) : undefined;
  const modelName = options.models?.[0] ?? ANY_MODEL;
  const metrics = createEngineMetrics({ clock, modelName, maxModelLen: profile.maxModelLen });
  const fleet = createFleet({
    clock: halting ?? clock,
    profile,
    seed,
    replicas,
    tap(engine, request, listener) {
      const watched = metrics.watch(engine, request, listener);
      return halting ? inRealTime(watched, halting) : watched;
    },
  });
  const { routingStrategy, rpm, tpm, users } = options;
  const isServed = (model: string): boolean => models.names?.includes(model) ?? true;
  const gateway = createGateway({ fleet, clock, seed, routingStrategy, rpm, tpm, users, isServed });
  const callOff = scheduleOutages(faults.timed, {
    clock,
    startMs,
    setUp: (pod, isUp) => gateway.setUp(pod, isUp),
  });
  return {
    fleet,
    gateway,
    metrics,
    faults: createFaultInjector({ faults: faults.faults, clock: halting ?? clock, seed }),
    notBefore: halting && (() => afterStandstill(standstills, clock.now())),
    close: callOff,
  };
};
