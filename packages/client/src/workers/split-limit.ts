/**
 * The part of a limit that each of several workers has: as equal as whole numbers can be, together exactly the limit.
 *
 * @param limit not less than `workers`; null: no limit
 */
export const splitLimit = (limit: number | null, worker: number, workers: number): number | null =>
  limit === null ? null : Math.floor(limit / workers) + (worker < limit % workers ? 1 : 0);
