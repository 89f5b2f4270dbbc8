import type { EngineStats } from '../engine/engine.js';
import type { Replica } from '../gateway/fleet.js';

/** What one replica is doing. */
export interface PodStats extends EngineStats {
  /** Such as `sim-pod-0`. */
  name: string;
  /** Such as `10.0.0.1:8000`. */
  address: string;
  isUp: boolean;
  /** Requests that the gateway sent there and that have not ended; 0 without a gateway. */
  requests: number;
}

/** The figures of a replica now. */
export const podStatsOf = ({ pod, engine, isUp, requests }: Replica): PodStats => ({
  ...pod,
  isUp,
  requests,
  ...engine.stats(),
});
