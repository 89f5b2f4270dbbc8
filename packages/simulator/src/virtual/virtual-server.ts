import type { Clock } from '@aibrix/core/clock';
import type { AnswerSink, PlannedAnswer } from '../completion/answer-service.js';
import { ApiError } from '../completion/api-error.js';
import { loadPromptReader } from '../completion/prompt-reader.js';
import { createEngine, type EngineStats } from '../engine/engine.js';
import { createAnswerServices } from '../server/answer-services.js';
import { createAuthorization } from '../server/authorization.js';
import { resolveOptions, type SimulatorOptions } from '../server/simulator-options.js';
import { type RequestCounts, Tally } from '../server/tally.js';
import type { TruthRecord } from '../server/truth-log.js';
import { truthRecord } from '../server/truth-record.js';
import { type VirtualEvents, VirtualExchange } from './virtual-exchange.js';

export interface VirtualServerOptions
  extends Omit<
    SimulatorOptions,
    | 'port'
    | 'host'
    | 'clock'
    | 'truthLog'
    | 'maxBodyBytes'
    | 'replicas'
    | 'routingStrategy'
    | 'rpm'
    | 'tpm'
    | 'users'
    | 'loras'
    | 'faults'
  > {
  /** The clock of the client too; a virtual one runs hours in seconds. */
  clock: Clock;
  /** Gets the truth of each request when it has ended: what a truth log has, the times being those of the server. */
  onTruth?: ((truth: TruthRecord) => void) | undefined;
}

export interface VirtualRequest {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** An engine that is reached without sockets. It fits where `@aibrix/client` takes a transport. */
export interface VirtualServer {
  /** Sends a POST request; never throws. The returned function gives it up, which ends in `onError`. */
  send(request: VirtualRequest, events: VirtualEvents): () => void;
  /** Stands still for so long, from now on: requests queue, and no more tokens are made. */
  pause(durationMs: number): void;
  /** Empties the KV cache. */
  resetPrefixCache(): void;
  stats(): EngineStats & RequestCounts;
  /** Ends every request. */
  close(): Promise<void>;
}

/** An answer that is not streamed is JSON. */
const sinkFor = (exchange: VirtualExchange, { stream }: PlannedAnswer): AnswerSink => ({
  write: (text) => exchange.write(text),
  end: (text) => {
    if (!stream) exchange.open(200, 'application/json');
    exchange.end(text);
  },
});

const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError(500, 'InternalServerError', String(error));

const GIVEN_UP = 'the request was given up';
const CLOSED = 'the server was closed';

/**
 * An OpenAI-compatible server in model time: the engine, the answers and the refusals of
 * `startSimulator`, without sockets, threads or waiting. A request is there when it is sent, and an answer is read when the
 * model has it: what a client measures is the model's time to the last digit, and the same every time.
 *
 * @throws BenchmarkError `usage` for wrong options; `tokenizer` when that cannot be loaded
 */
export const createVirtualServer = async (options: VirtualServerOptions): Promise<VirtualServer> => {
  const { clock, models, profile, seed, apiKey, ...rest } = resolveOptions(options);
  const reader = await loadPromptReader(rest);
  const engine = createEngine({ clock, profile, seed });
  const services = createAnswerServices({ reader, engine, models, seed, now: clock.now });
  const authorize = createAuthorization(apiKey);
  const tally = new Tally();
  const open = new Set<(reason: Error) => void>();
  let requests = 0;

  const plan = (request: VirtualRequest): PlannedAnswer => {
    authorize(request.headers.authorization);
    const service = services[request.path];
    if (!service) throw new ApiError(404, 'NotFoundError', `There is nothing at ${request.path}.`);
    return service.plan(Buffer.from(request.body).toString('utf8'));
  };

  return {
    send(request, events) {
      const id = `sim-${requests++}`;
      let planned: PlannedAnswer | undefined;
      let cancel = (): void => {};
      events.onSent(clock.now());
      tally.arrived();
      const exchange = new VirtualExchange({
        id,
        clock,
        events,
        onEnd: (status, times) => {
          open.delete(giveUp);
          tally.ended(status);
          options.onTruth?.(truthRecord(id, planned, { status, times }));
        },
      });
      const giveUp = (reason: Error): void => {
        cancel();
        exchange.giveUp(reason);
      };
      open.add(giveUp);
      // Not at once: who sends has not heard yet how to give the request up.
      const forget = clock.at(clock.now(), () => {
        try {
          planned = plan(request);
          cancel = planned.start(id, sinkFor(exchange, planned));
        } catch (error) {
          exchange.refuse(asApiError(error));
        }
      });
      cancel = forget;
      return () => giveUp(new Error(GIVEN_UP));
    },
    pause: (durationMs) => engine.pause(clock.now() + durationMs),
    resetPrefixCache: () => engine.resetPrefixCache(),
    stats: () => ({ ...engine.stats(), ...tally.counts }),
    async close() {
      for (const giveUp of [...open]) giveUp(new Error(CLOSED));
    },
  };
};
