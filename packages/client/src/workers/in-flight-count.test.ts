import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { InFlightCount } from './in-flight-count.js';

/** Raises a shared count a hundred thousand times by two, and lowers it again. */
const PROGRAM = `
const { InFlightCount } = await import(process.env.COUNT);
const { workerData } = await import('node:worker_threads');
const count = new InFlightCount(workerData);
for (let i = 0; i < 100_000; i++) {
  count.change(1);
  count.change(1);
  count.change(-1);
  count.change(-1);
}
`;

it('counts what several threads have in flight at once, exactly', async () => {
  const count = new InFlightCount();
  const env = { COUNT: new URL('./in-flight-count.js', import.meta.url).href };
  const workers = [1, 2].map(
    () => new Worker(new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`), { workerData: count.memory, env }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  expect(count.now).toBe(0);
  expect(count.max).toBeGreaterThanOrEqual(2);
  expect(count.max).toBeLessThanOrEqual(4);
  for (let i = 0; i < 7; i++) count.change(1);
  expect([count.now, count.max]).toEqual([7, 7]);
});
