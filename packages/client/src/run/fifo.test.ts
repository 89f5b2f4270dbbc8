import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.js';

describe('Fifo', () => {
  it('is first in, first out, whatever the order of calls', () => {
    const random = createRandom(4, 'fifo');
    const fifo = new Fifo<number>();
    const model: number[] = [];
    for (let step = 0; step < 50_000; step++) {
      // Long phases of growth and of decline.
      if (random.next() < (Math.floor(step / 7000) % 2 === 0 ? 0.7 : 0.3)) {
        fifo.push(step);
        model.push(step);
      } else {
        expect(fifo.shift()).toBe(model.shift());
      }
      if (step % 100 === 0) expect([fifo.length, fifo.first]).toEqual([model.length, model[0]]);
    }
    fifo.clear();
    expect([fifo.length, fifo.first, fifo.shift()]).toEqual([0, undefined, undefined]);
  });

  it('lets go of what has left it, though it is never empty', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const fifo = new Fifo<object>();
    const left: WeakRef<object>[] = [];
    for (let index = 0; index < 5000; index++) {
      const item = { index };
      left.push(new WeakRef(item));
      fifo.push(item);
      if (fifo.length > 10) fifo.shift();
    }
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(left.filter((each) => each.deref() !== undefined)).toHaveLength(10);
    expect(fifo.length).toBe(10);
  });
});
