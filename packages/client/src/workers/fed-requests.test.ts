import { describe, expect, it } from 'vitest';
import { FedRequests } from './fed-requests.js';
import type { FedRequest } from './messages.js';

const fed = (index: number, request: object = {}): FedRequest => ({
  planned: { index, workloadId: '', offsetMs: 0, worker: 0, request: { prompt: 'p', ...request }, prepared: null },
  turns: undefined,
  nodes: undefined,
  children: undefined,
});

const BODY = { messages: [], body: new Uint8Array(3) };

/** Requests and what was asked for so far. */
const receiving = () => {
  let wanted = 0;
  const counts = { turnsOfSession: new Map(), nodesOfSession: new Map(), childrenOf: new Map() };
  const requests = new FedRequests({
    prepare: () => BODY,
    counts,
    want: (count) => {
      wanted += count;
    },
  });
  return { requests, counts, wanted: () => wanted };
};

describe('FedRequests', () => {
  it('gives what it is fed, in order, and ends when it is told so', async () => {
    const { requests } = receiving();
    const all: number[] = [];
    const reading = (async () => {
      for await (const { index } of requests) all.push(index);
    })();
    requests.add([fed(0), fed(1)]);
    await Promise.resolve();
    requests.add([fed(2)]);
    requests.end();
    await reading;
    expect(all).toEqual([0, 1, 2]);
  });

  it('asks for as many as are read', async () => {
    const { requests, wanted } = receiving();
    const window = wanted();
    expect(window).toBeGreaterThan(0);
    requests.add(Array.from({ length: window }, (_, index) => fed(index)));
    expect(wanted()).toBe(window);
    for (let read = 0; read < window; read++) await requests.next();
    expect(wanted()).toBe(2 * window);
  });

  it('makes the bytes of requests that depend on no other', async () => {
    const { requests } = receiving();
    requests.add([fed(0), fed(1, { session_id: 's' }), fed(2, { session_id: 's', parents: [] })]);
    const bodies = [await requests.next(), await requests.next(), await requests.next()];
    expect(bodies.map(({ value }) => value?.prepared)).toEqual([BODY, null, BODY]);
  });

  it('knows of a session what was known where it came from, when it gives its first request', async () => {
    const { requests, counts } = receiving();
    requests.add([{ ...fed(0, { session_id: 's', id: 'a' }), turns: 4, nodes: 2, children: 3 }]);
    await requests.next();
    expect([counts.turnsOfSession.get('s'), counts.nodesOfSession.get('s'), counts.childrenOf.get('a')]).toEqual([
      4, 2, 3,
    ]);
  });

  it('takes nothing more when it is let go of', async () => {
    const { requests } = receiving();
    requests.add([fed(0)]);
    await requests.return();
    requests.add([fed(1)]);
    expect(await requests.next()).toEqual({ done: true, value: undefined });
  });
});
