import type { Clock } from '@aibrix/core/clock';
import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, type Random } from '@aibrix/core/random';
import { badRequest } from '../completion/api-error.js';
import type { Exchange } from '../server/exchange.js';
import { breakOff } from './broken-answer.js';
import { dripBytes, splitBytes } from './byte-outlet.js';
import { delayAnswer } from './delayed-outlet.js';
import type { Fault, FaultKind } from './fault.js';
import { garbage } from './garbage.js';
import { parseFaults } from './parse-faults.js';
import { isRedirected, refuseBy } from './refusals.js';
import { rewriteStream } from './rewritten-stream.js';
import { rewritingOf } from './stream-faults.js';

/** Names the faults of one request, in place of those that fall to it by rate; `none` for none. */
const FAULT_HEADER = 'x-sim-fault';

export interface FaultInjectorOptions {
  /** Those that befall requests by their rates. */
  faults: readonly Fault[];
  clock: Clock;
  seed: number | string;
}

/** Puts faults into requests. */
export interface FaultInjector {
  /**
   * Puts those that fall to a request into it, before its body is read. Says whether it goes on to the engine: not when it
   * was answered, or its connection is gone.
   *
   * @throws ApiError with status 400 when the header cannot be read
   */
  meet(exchange: Exchange): boolean;
}

/** From the socket to the engine: what changes bytes comes last, so that it meets what the others made. */
const LAYERS: readonly (readonly FaultKind[])[] = [
  ['slow-read', 'split', 'drip'],
  ['crlf'],
  ['garbage', 'reset'],
  ['stall', 'hang', 'delay', 'token-delay'],
];

const layerOf = ({ kind }: Fault): number => {
  const layer = LAYERS.findIndex((kinds) => kinds.includes(kind));
  return layer < 0 ? LAYERS.length : layer;
};

/** Reads on only some time after each part. */
const readSlowly = (exchange: Exchange, clock: Clock, pauseMs: number): void => {
  const { request } = exchange;
  let cancel: (() => void) | undefined;
  request.on('data', () => {
    request.pause();
    cancel = clock.at(clock.now() + pauseMs, () => request.resume());
  });
  exchange.onClose(() => cancel?.());
};

const putIn = (fault: Fault, exchange: Exchange, clock: Clock): void => {
  const onCut = (): void => exchange.abandon();
  const onClose = (callback: () => void): void => exchange.onClose(callback);
  const { kind, tokens, durationMs, bytes } = fault;
  const delays = { onCut, onClose };
  switch (kind) {
    case 'slow-read':
      readSlowly(exchange, clock, durationMs);
      return;
    case 'split':
      exchange.intercept(splitBytes);
      return;
    case 'drip':
      exchange.intercept(dripBytes(clock, durationMs, onClose));
      return;
    case 'reset': {
      const reset = (): void => exchange.reset();
      // One turn of the event loop later the bytes are with the kernel; before, a reset would take them back.
      const whenSent = (callback: () => void): void => void clock.at(clock.now(), callback);
      exchange.intercept(breakOff({ afterTokens: tokens, reset, whenSent }));
      return;
    }
    case 'delay':
      exchange.intercept(delayAnswer(clock, { beforeOpen: durationMs, ...delays }));
      return;
    case 'token-delay':
      exchange.intercept(delayAnswer(clock, { beforeToken: durationMs, ...delays }));
      return;
    case 'stall':
    case 'hang': {
      const standstill = {
        afterTokens: tokens ?? 0,
        durationMs: kind === 'hang' ? Number.POSITIVE_INFINITY : durationMs,
      };
      exchange.intercept(delayAnswer(clock, { standstill, ...delays }));
      return;
    }
    case 'garbage':
      exchange.intercept((next) => ({
        open(status, { 'content-length': _, ...headers }) {
          next.open(status, headers);
          exchange.pour(garbage(bytes));
          onCut();
        },
        flush() {},
        write() {},
        end() {},
      }));
      return;
    default: {
      const rewriting = rewritingOf(fault);
      if (rewriting) exchange.intercept(rewriteStream({ ...rewriting, onCut }));
    }
  }
};

class DrawingInjector implements FaultInjector {
  readonly #clock: Clock;
  readonly #draws: { fault: Fault; random: Random }[];

  constructor({ faults, clock, seed }: FaultInjectorOptions) {
    this.#clock = clock;
    // A stream of draws each: one more fault changes nothing for the others.
    this.#draws = faults.map((fault, index) => ({
      fault,
      random: createRandom(seed, `faults/${fault.text}/${index}`),
    }));
  }

  meet(exchange: Exchange): boolean {
    const hits = this.#faultsOf(exchange).filter(({ kind }) => kind !== 'redirect' || !isRedirected(exchange));
    if (hits.length === 0) return true;
    exchange.notes.fault = hits.map(({ text }) => text).join(',');
    if (hits.some((fault) => refuseBy(fault, exchange))) return false;
    for (const fault of hits.toSorted((a, b) => layerOf(a) - layerOf(b))) putIn(fault, exchange, this.#clock);
    return true;
  }

  #faultsOf(exchange: Exchange): readonly Fault[] {
    const asked = exchange.request.headers[FAULT_HEADER];
    if (asked === undefined) {
      // Drawn for all of them, whatever the others give.
      return this.#draws.filter(({ fault, random }) => random.next() < fault.rate).map(({ fault }) => fault);
    }
    const text = String(asked);
    if (text === 'none') return [];
    const { faults, timed } = readHeader(text);
    if (timed.length > 0) throw badRequest(`${FAULT_HEADER}: "${timed[0]?.text}" is for the whole server.`);
    return faults;
  }
}

const readHeader = (text: string): ReturnType<typeof parseFaults> => {
  try {
    return parseFaults(text);
  } catch (error) {
    if (BenchmarkError.is(error)) throw badRequest(`${FAULT_HEADER}: ${error.message}.`);
    throw error;
  }
};

/** An injector of `faults`, and of those that requests ask for. */
export const createFaultInjector = (options: FaultInjectorOptions): FaultInjector => new DrawingInjector(options);
