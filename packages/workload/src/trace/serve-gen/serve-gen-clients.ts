import { basename } from 'node:path';
import { createRandom } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { countNote } from '../../count-note.js';
import { createMinHeap } from '../../ordering/min-heap.js';
import { toTimestamp } from '../../timestamp.js';
import type { ReadTraceOptions, TraceReader, TraceRow } from '../trace-reader.js';
import { type ClientArrival, clientArrivals } from './client-arrivals.js';
import { clientFiles } from './client-files.js';
import { openClientLengths } from './client-lengths.js';
import { type ClientWindow, type ClientWindows, readClientWindows } from './client-windows.js';
import { type LengthDraws, lengthDraws } from './length-draws.js';
import { type ServeGenOptions, type ServeGenSettings, serveGenOptionsSchema } from './options.js';

const NAME = 'serve_gen';
const MS = 1000;

/** A client that asks within the span. */
interface ActiveClient {
  client: string;
  arrivals: Iterator<ClientArrival>;
  lengths: LengthDraws;
}

/** A file that was read. */
interface ReadFile {
  name: string;
  sha256: string;
}

/** What a reading found. */
interface Tally {
  files: ReadFile[];
  /** Where the files end, counted from the span's start, if that is before the span's end; else null. */
  endsAtMs: number | null;
  clients: number;
  idle: number;
  rateFactor: number;
  withoutLengths: number;
  raised: number;
  otherFields: Set<string>;
}

interface Span {
  fromSeconds: number;
  toSeconds: number;
}

/** The windows that reach into the span, cut to it. */
const cut = (windows: readonly ClientWindow[], { fromSeconds, toSeconds }: Span): ClientWindow[] =>
  windows
    .filter(({ startSeconds, endSeconds }) => endSeconds > fromSeconds && startSeconds < toSeconds)
    .map((window) => ({
      ...window,
      startSeconds: Math.max(window.startSeconds, fromSeconds),
      endSeconds: Math.min(window.endSeconds, toSeconds),
    }));

const expectedRequests = (windows: readonly ClientWindow[]): number =>
  windows.reduce((sum, { startSeconds, endSeconds, rate }) => sum + (endSeconds - startSeconds) * rate, 0);

const spanOf = ({ fromMs, durationMs }: ServeGenSettings, all: readonly ClientWindows[], tally: Tally): Span => {
  const fromSeconds = fromMs / MS;
  const end = all.reduce((latest, { endSeconds }) => Math.max(latest, endSeconds), fromSeconds);
  const wanted = durationMs === null ? end : fromSeconds + durationMs / MS;
  if (end < wanted) tally.endsAtMs = toTimestamp((end - fromSeconds) * MS);
  return { fromSeconds, toSeconds: Math.min(end, wanted) };
};

const activeClients = async (
  settings: ServeGenSettings,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<{ clients: ActiveClient[]; fromSeconds: number }> => {
  const files = await clientFiles(settings);
  const read: ClientWindows[] = [];
  for (const { tracePath } of files) {
    signal?.throwIfAborted();
    const client = await readClientWindows(tracePath);
    read.push(client);
    tally.files.push({ name: basename(tracePath), sha256: client.sha256 });
  }
  const span = spanOf(settings, read, tally);
  const windows = read.map((client) => cut(client.windows, span));
  const expected = windows.reduce((sum, client) => sum + expectedRequests(client), 0);
  const wanted = settings.rate === null ? expected : settings.rate * (span.toSeconds - span.fromSeconds);
  const rateFactor = expected === 0 ? 1 : wanted / expected;

  const clients: ActiveClient[] = [];
  for (const [index, { client, datasetPath }] of files.entries()) {
    const own = windows[index] as ClientWindow[];
    if (own.length === 0) continue;
    signal?.throwIfAborted();
    const lengths = await openClientLengths(datasetPath);
    tally.files.push({ name: basename(datasetPath), sha256: lengths.sha256 });
    clients.push({
      client,
      arrivals: clientArrivals({ windows: own, rateFactor, random: createRandom(settings.seed, `${client}/gaps`) }),
      lengths: lengthDraws(lengths, {
        correlation: settings.copulaCorrelation,
        random: createRandom(settings.seed, `${client}/lengths`),
      }),
    });
  }
  tally.clients = clients.length;
  tally.idle = files.length - clients.length;
  tally.rateFactor = rateFactor;
  return { clients, fromSeconds: span.fromSeconds };
};

/** The next request of a client. */
interface NextRequest {
  /** Number of the client. */
  source: number;
  /** In seconds. */
  time: number;
}

const readRows = async function* (
  settings: ServeGenSettings,
  tally: Tally,
  signal: AbortSignal | undefined,
): AsyncGenerator<TraceRow> {
  const { clients, fromSeconds } = await activeClients(settings, tally, signal);
  const heap = createMinHeap<NextRequest>((a, b) => a.time - b.time || a.source - b.source);
  const wait = (source: number): void => {
    const next = (clients[source] as ActiveClient).arrivals.next();
    if (!next.done) heap.push({ source, time: next.value.seconds });
  };
  for (const source of clients.keys()) wait(source);
  for (let next = heap.pop(); next; next = heap.pop()) {
    signal?.throwIfAborted();
    const { source, time } = next;
    const { client, lengths } = clients[source] as ActiveClient;
    const drawing = lengths.at(time);
    const drawn = drawing instanceof Promise ? await drawing : drawing;
    for (const name of lengths.otherFields) tally.otherFields.add(name);
    wait(source);
    if (!drawn) {
      tally.withoutLengths++;
      continue;
    }
    if (drawn.inputTokens < 1) tally.raised++;
    yield {
      timeMs: (time - fromSeconds) * MS,
      inputTokens: Math.max(1, drawn.inputTokens),
      outputTokens: drawn.outputTokens,
      tags: { client },
    };
  }
};

const notesOf = (
  { endsAtMs, clients, idle, rateFactor, withoutLengths, raised, otherFields }: Tally,
  { durationMs }: ServeGenSettings,
): string[] => [
  ...(endsAtMs === null ? [] : [`the trace ends at ${endsAtMs} ms, before the duration of ${durationMs} ms`]),
  `clients that ask in the span: ${clients}`,
  ...countNote('clients that are idle all the time', idle),
  ...(rateFactor === 1 ? [] : [`rates multiplied by ${Number(rateFactor.toPrecision(6))} for the mean rate asked for`]),
  ...countNote('requests without a distribution of lengths, left out', withoutLengths),
  ...countNote('input lengths of 0 raised to 1 token', raised),
  ...(otherFields.size > 0 ? [`fields passed over: ${[...otherFields].sort().join(', ')}`] : []),
];

const nameOf = ({ folder, paths = [] }: ServeGenSettings): string =>
  folder ?? (paths.length === 1 ? (paths[0] as string) : `${paths[0]} and ${paths.length - 1} more`);

/**
 * A trace drawn from clients as ServeGen describes them (Xiang et al., NSDI '26): each has windows of a rate, a coefficient
 * of variation of its gaps and their family, and distributions of input and output lengths that change over time.
 *
 * Gaps have the stated rate and CV in each window, and go on at the next window's rate where they reach into it. Clients
 * are merged in order of time. Each row's tag `client` says whose it is; the reader's identity lists the files that were read, with their SHA-256. What a client draws depends on the seed and its name
 * alone, so leaving out some changes nothing about the others (unless `rate` is given).
 *
 * Memory: 40 bytes a window, 40 a stretch of lengths, and one distribution, for each client; a file of lengths is read
 * once for its outline and then piece by piece.
 *
 * @throws BenchmarkError `usage` that names every problem of the options. While it is read: `file-not-found`; `input` with
 *   `file:line`
 */
export const serveGenClients = (options: ServeGenOptions & ReadTraceOptions): TraceReader => {
  const { signal, ...own } = options;
  const settings = parseOptions(serveGenOptionsSchema, own, NAME);
  const newTally = (): Tally => ({
    files: [],
    endsAtMs: null,
    clients: 0,
    idle: 0,
    rateFactor: 1,
    withoutLengths: 0,
    raised: 0,
    otherFields: new Set(),
  });
  let tally: Tally | undefined;
  return {
    name: nameOf(settings),
    identity: () => ({ files: tally?.files ?? [] }),
    notes: () => (tally ? notesOf(tally, settings) : []),
    [Symbol.asyncIterator]() {
      tally = newTally();
      return readRows(settings, tally, signal);
    },
  };
};
