import { hash } from 'node:crypto';
import { BenchmarkError } from '@aibrix/core/errors';
import type { WorkloadRequest } from '@aibrix/schema';
import { unknownParent } from './graph.js';

/** One of several processes that replay a workload together. */
export interface Shard {
  /** From 0. */
  index: number;
  /** How many there are. */
  count: number;
}

/** Bytes of the SHA-256 that a choice is made by; shards and workers look at different ones, so they do not go together. */
const CHOICE_BYTES = 6;

/**
 * Divides a workload between processes and their threads, the same way everywhere. What must stay together does: the turns
 * of a session by its id, a request with parents where the first of its line went, any other request by its own id.
 *
 * Shard and worker are the first and the second six bytes of the SHA-256 of that id, as a big-endian number, modulo their
 * count.
 */
export class Partition {
  readonly #shard: Shard;
  readonly #workers: number;
  /** Whether an id is named as a parent later; ids of other requests are not kept. */
  readonly #hasChildren: (id: string) => boolean;
  /** By which id each request went that others may name as a parent. */
  readonly #keys = new Map<string, string>();

  constructor(options: { shard: Shard | null; workers: number; hasChildren?: ((id: string) => boolean) | undefined }) {
    this.#shard = options.shard ?? { index: 0, count: 1 };
    this.#workers = options.workers;
    this.#hasChildren = options.hasChildren ?? (() => true);
  }

  /**
   * The worker that a request belongs to; null where it belongs to another shard. Requests come in the order of the
   * workload.
   *
   * @param workloadId the request's `id`, or what stands for it
   * @throws BenchmarkError `input` for parents that would be apart from their child
   */
  workerOf(request: WorkloadRequest, workloadId: string): number | null {
    const key = this.#keyOf(request, workloadId);
    if (request.id != null && this.#hasChildren(request.id)) this.#keys.set(request.id, key);
    const digest = hash('sha256', key, 'buffer');
    if (digest.readUIntBE(0, CHOICE_BYTES) % this.#shard.count !== this.#shard.index) return null;
    return digest.readUIntBE(CHOICE_BYTES, CHOICE_BYTES) % this.#workers;
  }

  #keyOf({ session_id: session, parents }: WorkloadRequest, workloadId: string): string {
    const [first] = parents ?? [];
    const key =
      session != null ? String(session) : first === undefined ? workloadId : this.#keyOfParent(first, workloadId);
    for (const parent of parents ?? []) {
      if (this.#keyOfParent(parent, workloadId) === key) continue;
      throw new BenchmarkError(
        'input',
        `"${workloadId}" waits for "${parent}", which goes by another session or root: they might be sent by different shards or workers`,
        { hint: 'Give all requests of a graph one session_id, or use neither shards nor workers.' },
      );
    }
    return key;
  }

  #keyOfParent(parent: string, workloadId: string): string {
    const key = this.#keys.get(parent);
    if (key === undefined) throw unknownParent(workloadId, parent);
    return key;
  }
}
