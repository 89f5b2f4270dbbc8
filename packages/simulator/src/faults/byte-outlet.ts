import type { Clock } from '@aibrix/core/clock';
import type { Outlet } from '../server/outlet.js';

const bytesOf = (data: string | Uint8Array): Buffer => Buffer.from(data as string);

/** Each byte in a write of its own, which is a chunk of HTTP of its own. */
export const splitBytes = (next: Outlet): Outlet => {
  const writeAll = (data: string | Uint8Array): void => {
    const bytes = bytesOf(data);
    for (let at = 0; at < bytes.length; at++) next.write(bytes.subarray(at, at + 1));
  };
  return {
    open(status, { 'content-length': _, ...headers }) {
      next.open(status, headers);
    },
    flush: () => next.flush(),
    write: writeAll,
    end(data) {
      writeAll(data);
      next.end('');
    },
  };
};

/** One byte each `intervalMs`, until the connection is closed. */
export const dripBytes =
  (clock: Clock, intervalMs: number, onClose: (callback: () => void) => void): ((next: Outlet) => Outlet) =>
  (next) => {
    const parts: Buffer[] = [];
    let at = 0;
    let isEnding = false;
    let cancelTimer: (() => void) | undefined;
    const drip = (): void => {
      const [part] = parts;
      if (!part) {
        cancelTimer = undefined;
        if (isEnding) next.end('');
        return;
      }
      next.write(part.subarray(at, at + 1));
      at++;
      if (at >= part.length) {
        parts.shift();
        at = 0;
      }
      cancelTimer = clock.at(clock.now() + intervalMs, drip);
    };
    onClose(() => {
      cancelTimer?.();
      parts.length = 0;
    });
    const add = (data: string | Uint8Array): void => {
      if (data.length > 0) parts.push(bytesOf(data));
      if (!cancelTimer) drip();
    };
    return {
      open: (status, headers) => next.open(status, headers),
      flush: () => next.flush(),
      write: add,
      end(data) {
        isEnding = true;
        add(data);
      },
    };
  };
