import { Worker } from 'node:worker_threads';
import { BenchmarkError } from '@aibrix/core/errors';
import type { RunConnections } from '@aibrix/schema';
import { unpackError } from './carried-error.js';
import type { FromWorker, ToWorker, WorkerNews, WorkerStart } from './messages.js';

export interface WorkerThreadEvents {
  want: (count: number) => void;
  news: (news: WorkerNews) => void;
}

/** What a worker tells at its end. */
export interface WorkerEnd {
  inFlightMs: number;
  connections: RunConnections | null;
}

const died = (worker: number, problem: string, cause?: unknown): BenchmarkError => {
  const isOutOfMemory = (cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return new BenchmarkError('worker', `worker ${worker} died: ${problem}`, {
    cause,
    hint: isOutOfMemory
      ? 'Leave texts out of the results (recordText, --no-text), or spread the load over more workers or hosts.'
      : 'Results that were written are whole, and not all there are: the run is to be repeated.',
  });
};

/** A worker thread of a run, as the thread that started it sees it. */
export class WorkerThread {
  /** Resolves when it waits for the start. */
  readonly ready: Promise<void>;
  /** Resolves when every request of it has a result; rejects when it fails or dies. */
  readonly done: Promise<WorkerEnd>;
  readonly #worker: Worker;

  constructor(start: WorkerStart, events: WorkerThreadEvents) {
    const ready = Promise.withResolvers<void>();
    const done = Promise.withResolvers<WorkerEnd>();
    this.ready = ready.promise;
    this.done = done.promise;
    const fail = (error: unknown): void => {
      ready.reject(error);
      done.reject(error);
    };
    // Whoever waits for one of the two sees the failure; nobody may wait for the other any more.
    this.ready.catch(() => {});
    this.done.catch(() => {});
    // Of a program that is text (`node --input-type=module -e …`) the flags are not for a file.
    const isText = process.execArgv.some((flag) => flag.startsWith('--input-type'));
    this.#worker = new Worker(new URL('./run-worker.js', import.meta.url), {
      workerData: start,
      name: `aibrix-client-${start.worker}`,
      ...(isText && { execArgv: [] }),
    });
    this.#worker.on('message', (message: FromWorker) => {
      if (message.type === 'news') events.news(message);
      else if (message.type === 'want') events.want(message.count);
      else if (message.type === 'ready') ready.resolve();
      else if (message.type === 'done') done.resolve(message);
      else fail(unpackError(message.error));
    });
    this.#worker.on('error', (error) => fail(died(start.worker, (error as Error).message, error)));
    this.#worker.on('exit', (code) => fail(died(start.worker, `it ended with code ${code} before its requests did`)));
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
