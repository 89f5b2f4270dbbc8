import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { ResultStream } from './result-stream.js';

const result = (id: number, characters = 0): RequestResult => ({
  request_id: id,
  status: 'success',
  output: 'x'.repeat(characters),
});

const open = (maxBytes: number): { stream: ResultStream; overflows: number[] } => {
  const overflows: number[] = [];
  const stream: ResultStream = new ResultStream({ maxBytes, onOverflow: () => overflows.push(stream.lost) });
  return { stream, overflows };
};

const idsOf = async (stream: ResultStream): Promise<unknown[]> => {
  const ids: unknown[] = [];
  for await (const { request_id: id } of stream) ids.push(id);
  return ids;
};

const isResolved = async (promise: Promise<void> | undefined): Promise<boolean> =>
  Promise.race([
    Promise.resolve(promise).then(() => true),
    new Promise<false>((resolve) => setImmediate(resolve, false)),
  ]);

describe('ResultStream', () => {
  it('gives results in order, those that come meanwhile too', async () => {
    const { stream, overflows } = open(1e6);
    for (const id of [0, 1, 2]) stream.push(result(id));
    const ids = idsOf(stream);
    stream.push(result(3));
    await new Promise(setImmediate);
    for (const id of [4, 5]) stream.push(result(id));
    stream.end();
    expect(await ids).toEqual([0, 1, 2, 3, 4, 5]);
    expect(overflows).toEqual([]);
  });

  it('tells of an overflow once, gives what found room, and counts the rest', async () => {
    const { stream, overflows } = open(10_000);
    for (let id = 0; id < 9; id++) stream.push(result(id, 3000));
    stream.keep(result(9));
    expect(overflows).toEqual([1]);
    expect(stream.lost).toBe(8);
    stream.end(new Error('lost'));
    const ids: unknown[] = [];
    await expect(async () => {
      for await (const { request_id: id } of stream) ids.push(id);
    }).rejects.toThrow('lost');
    expect(ids).toEqual([0, 1]);
  });

  it('has room for one result, however large, and for all that is kept in place of something else', async () => {
    const { stream, overflows } = open(10);
    stream.push(result(0, 50_000));
    for (let id = 1; id < 100; id++) stream.keep(result(id, 5000));
    stream.end();
    expect(overflows).toEqual([]);
    expect(await idsOf(stream)).toHaveLength(100);
  });

  it('has room again when the consumer has taken enough', async () => {
    const { stream } = open(1e9);
    for (let id = 0; id < 400; id++) stream.push(result(id));
    // Nobody is there to make room.
    expect(stream.whenRoom()).toBe(undefined);
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    const room = stream.whenRoom();
    for (let taken = 0; taken < 100; taken++) await iterator.next();
    expect(await isResolved(room)).toBe(false);
    for (let taken = 0; taken < 100; taken++) await iterator.next();
    expect(await isResolved(room)).toBe(true);
    expect(stream.whenRoom()).toBe(undefined);
  });

  it('keeps nothing for a consumer that has left, nor lets anybody wait for it', async () => {
    const { stream, overflows } = open(1e6);
    for (let id = 0; id < 500; id++) stream.push(result(id));
    const iterator = stream[Symbol.asyncIterator]();
    await iterator.next();
    const room = stream.whenRoom();
    await iterator.return(undefined);
    expect(await isResolved(room)).toBe(true);
    for (let id = 0; id < 5000; id++) stream.push(result(id, 10_000));
    expect(overflows).toEqual([]);
  });
});
