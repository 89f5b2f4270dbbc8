import { Agent, request } from 'node:http';
import { createRealClock } from '@aibrix/core/clock';
import { afterEach, describe, expect, it } from 'vitest';
import { chunksOf } from '../server/testing/chat.js';
import { type ReferenceServer, type ReferenceTruth, startReferenceServer } from './reference-server.js';

const clock = createRealClock();
let server: ReferenceServer;
afterEach(() => server.close());

interface Reply {
  text: string;
  id: string;
  /** Of the body's reads. */
  timesMs: number[];
}

const agent = new Agent({ keepAlive: true });

const call = (path: string, body?: object): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const outgoing = request(`${server.url}${path}`, { method, agent }, (response) => {
      const timesMs: number[] = [];
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        timesMs.push(clock.now());
      });
      response.on('end', () => resolve({ text, id: String(response.headers['request-id']), timesMs }));
    });
    outgoing.on('error', reject);
    const text = body ? JSON.stringify(body) : '';
    if (body) outgoing.setHeader('content-length', Buffer.byteLength(text));
    outgoing.end(text);
  });

const ask = (): Promise<Reply> => call('/v1/chat/completions', { prompt: 'x'.repeat(100_000) });
const truth = async (): Promise<ReferenceTruth[]> => JSON.parse((await call('/truth')).text);

describe('reference server', () => {
  it('answers with a whole stream, and knows when it did', async () => {
    server = await startReferenceServer();
    await call('/shape', { chunks: 3, firstTokenMs: 30 });
    const sentMs = clock.now();
    const replies = [await ask(), await ask()];
    const chunks = chunksOf(replies[0]?.text ?? '');
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).filter(Boolean)).toEqual([
      ' word0',
      ' word1',
      ' word2',
    ]);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(3);
    const truths = await truth();
    expect(truths.map(([id]) => id)).toEqual(replies.map(({ id }) => Number(id)));
    for (const [, arrivalMs, firstByteMs, endMs] of truths) {
      expect(arrivalMs).toBeGreaterThanOrEqual(sentMs);
      expect(firstByteMs - arrivalMs).toBeGreaterThanOrEqual(30);
      expect(endMs).toBe(firstByteMs);
    }
    expect(await truth()).toEqual([]);
  });

  it('sends its chunks one by one, as far apart as asked', async () => {
    server = await startReferenceServer();
    await call('/shape', { chunks: 5, gapMs: 20 });
    const { timesMs, text } = await ask();
    expect(chunksOf(text)).toHaveLength(8);
    // A piece that is late may come together with the next one.
    expect(timesMs.length).toBeGreaterThan(3);
    expect(Number(timesMs.at(-1)) - Number(timesMs[0])).toBeGreaterThan(50);
    const [[, arrivalMs, , endMs] = [0, 0, 0, 0]] = await truth();
    expect(endMs - arrivalMs).toBeGreaterThanOrEqual(80);
  });

  it('serves many connections in turn', async () => {
    server = await startReferenceServer();
    await call('/shape', { chunks: 20, gapMs: 0 });
    const replies = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(replies.map(({ id }) => id)).size).toBe(50);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  });

  it('stands still when told to', async () => {
    server = await startReferenceServer();
    await call('/stall', { ms: 300 });
    const startMs = clock.now();
    await clock.sleepUntil(startMs + 50);
    await ask();
    expect(clock.now() - startMs).toBeGreaterThan(250);
  });
});
