import type { Clock } from '@aibrix/core/clock';
import type { Outlet } from '../server/outlet.js';
import { carriesToken, eventsOf, isEventStream } from './event-stream.js';

export interface Delays {
  /** Before status and headers, in milliseconds. */
  beforeOpen?: number | undefined;
  /** Before each token of a stream. */
  beforeToken?: number | undefined;
  /** Once, when `afterTokens` have passed; infinite: for ever. Headers go out before it. */
  standstill?: { afterTokens: number; durationMs: number } | undefined;
  /** The answer will never go on. */
  onCut: () => void;
  /** Tells when the connection is closed: nothing has to be sent then. */
  onClose: (callback: () => void) => void;
}

/** Lets an answer through later: every delay shifts all that comes after it, so that the gaps stay as they were. */
export const delayAnswer =
  (clock: Clock, { beforeOpen = 0, beforeToken = 0, standstill, onCut, onClose }: Delays): ((next: Outlet) => Outlet) =>
  (next) => {
    const queue: { dueMs: number; send: () => void }[] = [];
    let cancelTimer: (() => void) | undefined;
    let shiftMs = 0;
    let tokens = 0;
    let isStream = false;
    let stall = standstill;
    const drain = (): void => {
      cancelTimer = undefined;
      for (let first = queue[0]; first; first = queue[0]) {
        if (first.dueMs > clock.now()) {
          cancelTimer = clock.at(first.dueMs, drain);
          return;
        }
        queue.shift();
        first.send();
      }
    };
    const put = (send: () => void): void => {
      if (shiftMs === Number.POSITIVE_INFINITY) return;
      queue.push({ dueMs: clock.now() + shiftMs, send });
      if (!cancelTimer) drain();
    };
    const passStall = (): void => {
      if (!stall || tokens < stall.afterTokens) return;
      put(() => next.flush());
      shiftMs += stall.durationMs;
      stall = undefined;
      if (shiftMs === Number.POSITIVE_INFINITY) onCut();
    };
    const pieces = (text: string): string[] => (isStream ? eventsOf(text) : [text]);
    onClose(() => {
      cancelTimer?.();
      queue.length = 0;
    });
    const pass = (data: string | Uint8Array, send: (piece: string | Uint8Array, isLast: boolean) => void): void => {
      const parts = typeof data === 'string' && data !== '' ? pieces(data) : [data];
      for (const [index, part] of parts.entries()) {
        const isToken = isStream && typeof part === 'string' && carriesToken(part);
        passStall();
        if (isToken) {
          shiftMs += beforeToken;
          tokens++;
        }
        put(() => send(part, index === parts.length - 1));
      }
    };
    return {
      open(status, headers) {
        isStream = isEventStream(status, headers);
        shiftMs += beforeOpen;
        put(() => next.open(status, headers));
        passStall();
      },
      flush: () => put(() => next.flush()),
      write: (data) => pass(data, (piece) => next.write(piece)),
      end: (data) => pass(data, (piece, isLast) => (isLast ? next.end(piece) : next.write(piece))),
    };
  };
