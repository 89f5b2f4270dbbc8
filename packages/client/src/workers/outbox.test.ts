import { createVirtualClock } from '@aibrix/core/clock';
import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { InFlightCount } from './in-flight-count.js';
import type { WorkerNews } from './messages.js';
import { Outbox } from './outbox.js';

const result = (id: number): RequestResult => ({ request_id: id, status: 'success' });

const posting = () => {
  const clock = createVirtualClock({ startMs: 1000 });
  const posted: WorkerNews[] = [];
  const count = new InFlightCount();
  const outbox = new Outbox({
    clock,
    count,
    state: () => ({ taken: 5, queued: 2, connections: { open: 4, idle: 1 } }),
    // Across threads, where what is transferred is gone here.
    post: (news, transfer) => posted.push(structuredClone(news, { transfer })),
  });
  return { clock, posted, outbox, count };
};

const CONDUCT = { sentMs: 1000.75, sentBytes: 100, answer: { tokensSoFar: 3, hasContinuousUsage: false, reads: 1 } };

describe('Outbox', () => {
  it('reports what happened together, a tenth of a second after the first of it', async () => {
    const { clock, posted, outbox } = posting();
    outbox.offered(1000);
    outbox.due(1000.25);
    await clock.advanceTo(1050);
    outbox.sent(1000.75);
    outbox.warn('odd');
    outbox.add(result(1), CONDUCT);
    expect(posted).toEqual([]);
    await clock.advanceTo(1100);
    expect(posted).toEqual([
      {
        type: 'news',
        results: [[result(1), CONDUCT]],
        offered: Float64Array.of(1000),
        due: Float64Array.of(1000.25),
        sent: Float64Array.of(1000.75),
        taken: 5,
        queued: 2,
        connections: { open: 4, idle: 1 },
        warnings: ['odd'],
      },
    ]);
    await clock.advanceTo(9000);
    expect(posted).toHaveLength(1);
  });

  it('reports sooner when there is much', () => {
    const { posted, outbox, clock } = posting();
    for (let id = 0; id < 130; id++) outbox.add(result(id), null);
    expect(posted.map(({ results }) => results.length)).toEqual([64, 64]);
    outbox.flush();
    expect(posted.flatMap(({ results }) => results.map(([{ request_id: id }]) => id))).toEqual(
      Array.from({ length: 130 }, (_, id) => id),
    );
    expect(clock.pending).toBe(0);
  });

  it('sums what is in flight over time, and counts it with the other threads', () => {
    const { outbox, count } = posting();
    count.change(1);
    outbox.inFlight(1, 1000);
    outbox.inFlight(1, 1010);
    outbox.inFlight(-1, 1030);
    outbox.inFlight(-1, 1040);
    expect(outbox.inFlightMs).toBe(10 + 2 * 20 + 10);
    expect([count.now, count.max]).toEqual([1, 3]);
  });
});
