import { openJsonlWriter } from '@aibrix/core/jsonl';

/**
 * What truly happened to a request. Times are epoch seconds with fractions, on the simulator's clock; null where it did
 * not come to that.
 */
export interface TruthRecord {
  /** As in the response header `request-id`. */
  request_id: string;
  /** When the request's headers had arrived. */
  arrival_time: number;
  /** When the first byte of the body, which is also that of the first token, was handed to the socket. */
  first_byte_time: number | null;
  /** When the last byte was handed to the socket, or the connection closed. */
  end_time: number;
  prompt_tokens: number | null;
  /** Tokens of the answer that were made. */
  output_tokens: number;
  /** Prompt tokens found in the KV cache. */
  cached_tokens: number;
  /** Seconds in the engine's queue, till the request left it for the first time. */
  queue_time: number | null;
  /** When the model had the first token; `first_byte_time` is later by what writing it took. */
  first_token_time: number | null;
  /** Times that the engine gave the request's memory to an earlier one. */
  preemptions: number;
  /** HTTP status; 499 when the connection closed before the answer was whole. */
  status: number;
  /** Name of the pod that the gateway sent it to; absent without a gateway, and where none was chosen. */
  pod?: string;
  /** Faults that were put into it, as they were written, joined by commas; absent without one. */
  fault?: string;
}

export interface TruthLog {
  write(record: TruthRecord): void;
  /** @throws BenchmarkError `output` when some of it could not be written */
  close(): Promise<void>;
}

/** A log that grows in place, one whole line a request in the order of their ends; without a path nothing is kept. */
export const openTruthLog = async (path: string | undefined): Promise<TruthLog> => {
  if (path === undefined) return { write: () => {}, close: async () => {} };
  const writer = await openJsonlWriter(path, { mode: 'in-place' });
  let queue: TruthRecord[] = [];
  let draining: Promise<void> | undefined;
  let failure: unknown;
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const records = queue;
      queue = [];
      for (const record of records) await writer.write(record);
    }
    draining = undefined;
  };
  return {
    write(record) {
      // Serving goes on when the disk is full; close() then tells.
      if (failure !== undefined) return;
      queue.push(record);
      draining ??= drain().catch((error: unknown) => {
        failure = error;
      });
    },
    async close() {
      await draining;
      if (failure !== undefined) {
        await writer.discard();
        throw failure;
      }
      await writer.close();
    },
  };
};
