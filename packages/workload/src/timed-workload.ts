import type { WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload, WorkloadFindings, WorkloadOrigin } from './generated-workload.js';
import type { TargetLengths } from './matching/target-lengths.js';
import type { RequestMaker, RequestMaking } from './requests/request-maker.js';
import { toTimestamp } from './timestamp.js';

/** When requests come, and what they should be like. */
export interface TimedTargets {
  /** Milliseconds from the start, ascending. */
  times: Iterable<number>;
  /** Asked once for each time, in their order. */
  targetAt(timeMs: number): TargetLengths;
}

/** A workload with an entry for each of the times before the duration, made of what comes with it. */
export const timedWorkload = (options: {
  /** Asked anew each time: what stands in a file is known only when it has been read. */
  readonly origin: Omit<WorkloadOrigin, 'tokenizer' | 'synthesis'>;
  durationMs: number;
  /** Null: no limit. */
  maxRequests: number | null;
  /** Starts anew: the same times and targets each time. */
  start(): TimedTargets | Promise<TimedTargets>;
  requests: RequestMaking;
  /** What the kind knows besides, once its targets were used. */
  findings?(): WorkloadFindings;
}): GeneratedWorkload => {
  const { durationMs, requests } = options;
  const maxRequests = options.maxRequests ?? Number.POSITIVE_INFINITY;
  let maker: RequestMaker | undefined;
  let isEmpty = false;

  return {
    get origin() {
      const { origin } = options;
      return {
        ...origin,
        options: { ...origin.options, dataset: requests.dataset },
        tokenizer: requests.tokenizer,
        synthesis: requests.synthesis,
      };
    },
    findings() {
      const own = options.findings?.();
      const made = maker?.findings();
      const emptyNotes = isEmpty ? ['the workload is empty: at this rate no request falls into the duration'] : [];
      return {
        statistics: { ...own?.statistics, ...made?.statistics },
        notes: [...emptyNotes, ...(own?.notes ?? []), ...(made?.notes ?? [])],
      };
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<WorkloadEntry> {
      const running = requests.start();
      maker = running;
      isEmpty = true;
      let count = 0;
      const { times, targetAt } = await options.start();
      for (const timeMs of times) {
        const timestamp = toTimestamp(timeMs);
        if (timestamp >= durationMs || count === maxRequests) return;
        isEmpty = false;
        count++;
        const request = running.next(targetAt(timeMs));
        yield { timestamp, requests: [request instanceof Promise ? await request : request] };
      }
    },
  };
};
