import { createRealClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import type { PlannedRequest } from '../run/planned-request.js';
import { Feeder } from './feeder.js';
import type { ToWorker } from './messages.js';

const planned = (index: number, worker: number): PlannedRequest => ({
  index,
  workloadId: `${index}-0`,
  offsetMs: index,
  worker,
  request: { prompt: 'p', session_id: `s${worker}`, id: `${index}` },
  prepared: null,
});

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A feeder of two workers, what it has read, and what each worker was sent. */
const feeding = (source: AsyncIterable<PlannedRequest>) => {
  const sent: ToWorker[][] = [[], []];
  const counts = {
    turnsOfSession: new Map([['s0', 7]]),
    nodesOfSession: new Map([['s1', 3]]),
    childrenOf: new Map([['0', 2]]),
  };
  const feeder = new Feeder({
    clock: createRealClock(),
    planned: source,
    counts,
    workers: 2,
    post: (worker, message) => sent[worker]?.push(message),
  });
  const indexes = (worker: number): number[] =>
    (sent[worker] ?? []).flatMap((message) =>
      message.type === 'requests' ? message.requests.map((fed) => fed.planned.index) : [],
    );
  return { feeder, sent, indexes };
};

describe('Feeder', () => {
  it('gives each worker its own requests in order, with what is known beforehand, and then the end', async () => {
    const { feeder, sent, indexes } = feeding(
      (async function* () {
        for (let index = 0; index < 10; index++) yield planned(index, index % 2);
      })(),
    );
    feeder.want(0, 100);
    feeder.want(1, 100);
    await feeder.run();
    expect([indexes(0), indexes(1)]).toEqual([
      [0, 2, 4, 6, 8],
      [1, 3, 5, 7, 9],
    ]);
    expect(sent.map((messages) => messages.at(-1))).toEqual([{ type: 'end' }, { type: 'end' }]);
    const [first] = sent.map((messages) => (messages[0]?.type === 'requests' ? messages[0].requests[0] : undefined));
    expect(first).toMatchObject({ turns: 7, nodes: undefined, children: 2 });
  });

  it('sends no more than there is room for, and reads no further than that', async () => {
    let read = 0;
    const { feeder, indexes, sent } = feeding(
      (async function* () {
        for (; read < 5000; read++) yield planned(read, 0);
      })(),
    );
    const running = feeder.run();
    feeder.want(0, 10);
    await turns(20);
    expect(indexes(0)).toHaveLength(10);
    expect(read).toBeLessThan(400);
    while (indexes(0).length < 5000) {
      feeder.want(0, 64);
      await turns(1);
    }
    await running;
    expect(indexes(0)).toEqual(Array.from({ length: 5000 }, (_, index) => index));
    expect(sent[0]?.at(-1)).toEqual({ type: 'end' });
  });

  it('does not wait for the next entry of a slow source to send the last one', async () => {
    const gate = Promise.withResolvers<void>();
    const { feeder, indexes } = feeding(
      (async function* () {
        yield planned(0, 0);
        await gate.promise;
        yield planned(1, 0);
      })(),
    );
    feeder.want(0, 10);
    const running = feeder.run();
    await turns(5);
    expect(indexes(0)).toEqual([0]);
    gate.resolve();
    await running;
    expect(indexes(0)).toEqual([0, 1]);
  });

  it('lets go of its source when it is closed, though a worker has no room', async () => {
    let isReleased = false;
    const { feeder, sent } = feeding(
      (async function* () {
        try {
          for (let index = 0; ; index++) yield planned(index, 0);
        } finally {
          isReleased = true;
        }
      })(),
    );
    const running = feeder.run();
    await turns(5);
    feeder.close();
    await running;
    await turns(1);
    expect(isReleased).toBe(true);
    expect(sent).toEqual([[{ type: 'end' }], [{ type: 'end' }]]);
  });

  it('does not wait for a source that hangs when it is closed', async () => {
    const { feeder, sent } = feeding(
      (async function* () {
        await new Promise(() => {});
        yield planned(0, 0);
      })(),
    );
    const running = feeder.run();
    await turns(2);
    feeder.close();
    await running;
    expect(sent).toEqual([[{ type: 'end' }], [{ type: 'end' }]]);
  });

  it('has fed all only when there was room for all of it', async () => {
    const { feeder, indexes } = feeding(
      (async function* () {
        for (let index = 0; index < 20; index++) yield planned(index, 0);
      })(),
    );
    let isOver = false;
    const running = feeder.run().then(() => {
      isOver = true;
    });
    feeder.want(0, 19);
    await turns(5);
    expect([indexes(0).length, isOver]).toEqual([19, false]);
    feeder.want(0, 1);
    await running;
    expect(indexes(0)).toHaveLength(20);
  });

  it.each([
    ['at once', 10],
    ['when there is room for it', 0],
  ])('rejects with what cannot be sent to another thread, %s', async (_, room) => {
    const feeder = new Feeder({
      clock: createRealClock(),
      planned: (async function* () {
        yield { ...planned(0, 0), request: { prompt: 'p', tags: { call: () => 1 } } };
      })(),
      counts: null,
      workers: 1,
      post: (__, message) => void structuredClone(message),
    });
    const running = feeder.run();
    // It may fail before somebody waits for it.
    running.catch(() => {});
    feeder.want(0, room);
    await turns(3);
    feeder.want(0, 10);
    await expect(running).rejects.toThrow('could not be cloned');
  });
});
