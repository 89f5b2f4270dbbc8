import type { ServerResponse } from 'node:http';
import type { RequestResult } from '@aibrix/schema';
import { beforeAll, describe, expect } from 'vitest';
import { single, type TestRunOptions } from '../collect.js';
import { delta, type Script, startScriptedServer } from '../scripted-server.js';
import { faultsOf } from './fault.js';
import { recorded } from './recorded.js';

const fault = faultsOf('flood.test.ts');

const MIB = 1024 * 1024;
const FLOOD_BYTES = 100 * MIB;

/** Writes 100 MB as fast as they are taken; tells how many were. */
const flood = async (response: ServerResponse, piece: string): Promise<number> => {
  const bytes = Buffer.from(piece);
  let written = 0;
  while (written < FLOOD_BYTES && !response.destroyed) {
    written += bytes.length;
    if (response.write(bytes)) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.on('drain', go).on('close', go);
    });
  }
  if (!response.destroyed) response.end();
  return written;
};

interface Flood {
  status?: number;
  type?: string;
  /** What comes before the flood. */
  head?: string;
  piece: string;
  options?: Partial<TestRunOptions>;
}

const run = async (how: Flood): Promise<{ results: RequestResult[]; written: number; elapsedMs: number }> => {
  let written = 0;
  const script: Script = async (response) => {
    response.writeHead(how.status ?? 200, { 'content-type': how.type ?? 'text/event-stream' });
    if (how.head) response.write(how.head);
    written = await flood(response, how.piece);
  };
  await using server = await startScriptedServer(script);
  const { results, elapsedMs } = await recorded(single(), { endpoint: server.url, timeoutMs: 20_000, ...how.options });
  return { results, written, elapsedMs };
};

/** Runs a flood, and expects it to end before all of it was taken, in bounded memory and a short record. */
const flooded = async (how: Flood): Promise<RequestResult[]> => {
  let peak = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 5);
  const { results, written, elapsedMs } = await run(how).finally(() => clearInterval(watch));
  expect(written).toBeLessThan(FLOOD_BYTES);
  expect(elapsedMs).toBeLessThan(6000);
  // The server's own buffers, in this process too, and copies that await collection are in it.
  expect((peak - before) / MIB).toBeLessThan(200);
  expect(String(results[0]?.error_message).length).toBeLessThan(600);
  return results;
};

describe('100 MB of anything end early, in bounded memory', () => {
  beforeAll(async () => {
    // The first run loads and compiles.
    await run({ piece: 'x', options: { timeoutMs: 50 } });
  });

  const WORDS = 'garbage without any end '.repeat(2000);

  fault('100 MB that are no events', () => flooded({ piece: `${WORDS}\n` }));

  fault('100 MB in one line of an event', () => flooded({ head: 'data: ', piece: WORDS }));

  fault('100 MB of comments', () => flooded({ piece: `: ${WORDS}\n\n` }));

  fault('100 MB of answer', () => flooded({ piece: delta(WORDS) }));

  fault('100 MB in a JSON answer', () =>
    flooded({
      type: 'application/json',
      head: '{"choices":[{"message":{"content":"',
      piece: WORDS,
      options: { streaming: false },
    }),
  );

  fault('100 MB in the body of an error', () => flooded({ status: 500, type: 'text/html', piece: WORDS }));
});
