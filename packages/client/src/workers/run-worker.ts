import { parentPort, workerData } from 'node:worker_threads';
import { createRealClock } from '@aibrix/core/clock';
import { prepareBody } from '../run/dispatcher.js';
import { ThreadExecution } from '../run/thread-execution.js';
import { packError } from './carried-error.js';
import { FedRequests } from './fed-requests.js';
import { InFlightCount } from './in-flight-count.js';
import type { FromWorker, ToWorker, WorkerStart } from './messages.js';
import { Outbox } from './outbox.js';

/** The program of a worker thread: it sends what it is fed, and reports what came of it. */
const main = async (port: NonNullable<typeof parentPort>, start: WorkerStart): Promise<void> => {
  const { worker, options, settings, hasCounts } = start;
  const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const clock = createRealClock();
  const counts = hasCounts ? { turnsOfSession: new Map(), nodesOfSession: new Map(), childrenOf: new Map() } : null;
  const planned = new FedRequests({
    prepare: (request) => prepareBody(request, [], settings),
    counts,
    want: (count) => post({ type: 'want', count }),
  });
  const outbox = new Outbox({
    clock,
    count: new InFlightCount(start.inFlight),
    state: () => ({ taken: execution.due, queued: execution.queued, connections: execution.connectionsNow }),
    post,
  });
  const execution = new ThreadExecution({
    options,
    settings,
    clock,
    planned,
    counts,
    onResult: (result, conduct) => {
      result.worker = worker;
      const { sentMs = null, sentBytes = 0, answer } = conduct ?? {};
      // Only what is needed crosses: the rest of an answer is in its result.
      const { tokensSoFar = 0, hasContinuousUsage = false, reads = 0 } = answer ?? {};
      outbox.add(result, conduct && { sentMs, sentBytes, answer: { tokensSoFar, hasContinuousUsage, reads } });
    },
    warn: (message) => outbox.warn(message),
  });

  const run = async (startMs: number): Promise<void> => {
    try {
      await execution.run({ startMs, delivery: outbox });
      outbox.flush();
      post({ type: 'done', inFlightMs: outbox.inFlightMs, connections: execution.connections });
    } catch (error) {
      outbox.flush();
      post({ type: 'failed', error: packError(error) });
    } finally {
      await execution.close();
      port.close();
    }
  };
  port.on('message', (message: ToWorker) => {
    if (message.type === 'start') void run(message.startMs);
    else if (message.type === 'requests') planned.add(message.requests);
    else if (message.type === 'end') planned.end();
    else execution.stop(message.stop);
  });
  await execution.prepare({ connections: start.connections });
  post({ type: 'ready' });
};

if (parentPort) await main(parentPort, workerData as WorkerStart);
