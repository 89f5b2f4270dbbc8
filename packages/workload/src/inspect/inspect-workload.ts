import { openHashedInput } from '@aibrix/core/files';
import { type JsonFile, readJsonlRecords } from '@aibrix/core/jsonl';
import { type Manifest, workloadEntrySchema } from '@aibrix/schema';
import { type ParsedArrivals, parseNamedArrivals } from '../arrivals/named-arrivals.js';
import type { WorkloadCacheFigures } from '../cache-figures/cache-figures.js';
import { createRequestCache, type PromptEncoder } from '../cache-figures/request-cache.js';
import { createEntryOrder } from '../entry-order.js';
import type { NameCount } from '../name-count.js';
import { readManifestBeside } from '../read-manifest.js';
import { type ArrivalFigures, createArrivalCheck } from '../statistics/arrival-check.js';
import { collectWorkloadStatistics, type WorkloadStatistics } from '../statistics/workload-statistics.js';
import { createKeySet } from '../tools/key-set.js';
import { createLengthCheck, type PromptLengthCheck } from './length-check.js';
import { checkWorkloadManifest, type WorkloadManifestCheck } from './manifest-check.js';
import { createNameCounts } from './name-counts.js';
import { collectWorkloadSeries, type WorkloadSeries } from './workload-series.js';

export interface InspectWorkloadOptions {
  /**
   * Tokenises every prompt, to find out what a prefix cache would find and whether stated lengths are right. Without it
   * neither is known.
   */
  tokenizer?: PromptEncoder | undefined;
  /** Ends the reading; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called with the number of requests so far, after each entry. */
  onEntry?: ((requests: number) => void) | undefined;
}

/** What is in a workload file, and whether its manifest is right about it. Snake case: it is printed as JSON. */
export interface WorkloadInspection {
  file: string;
  sha256: string;
  bytes: number;
  /** Lines. */
  entries: number;
  /** All figures of a manifest that can be told from the file. */
  statistics: WorkloadStatistics & {
    arrivals?: ArrivalFigures | undefined;
    ideal_prefix_cache?: WorkloadCacheFigures[] | undefined;
    /** Different sessions. */
    sessions: number;
    /** Events of agents beside requests. */
    events: number;
  };
  /** Requests without text and messages. */
  without_text: number;
  /** Different values of `model` and `user`, and how many requests have each: at most 20, the most frequent first. */
  models: NameCount[];
  users: NameCount[];
  /** Models and users that came when 100,000 others were there: their requests are counted nowhere above. */
  untold_models: number;
  untold_users: number;
  /** Null without a tokenizer. */
  prompt_lengths: PromptLengthCheck | null;
  series: WorkloadSeries;
  /** Null where there is none. */
  manifest: WorkloadManifestCheck | null;
}

/** The manifest, unless what it says of arrivals makes no sense. */
const usable = (found: JsonFile<Manifest>, named: ParsedArrivals | undefined): JsonFile<Manifest> =>
  named?.problem == null ? found : { path: found.path, value: null, problem: `statistics.arrivals.${named.problem}` };

/**
 * Reads a workload file once and tells what is in it: rate and lengths, how far its times are from the process that the
 * manifest names, what prefix caching could save, series for charts, and whether the manifest is right.
 *
 * Memory does not grow with the texts; with a tokenizer it grows by at most 13 bytes a different block of the prefix caches,
 * and by each session and its last recorded answer.
 *
 * @param path JSONL or one JSON array (`.gz` and `.zst` are decompressed), or `-` for stdin
 * @throws BenchmarkError `file-not-found`; `input` with `file:line` for an entry that is none, or that is earlier than the
 *   one before; the signal's reason
 */
export const inspectWorkload = async (
  path: string,
  options: InspectWorkloadOptions = {},
): Promise<WorkloadInspection> => {
  const { tokenizer, signal, onEntry } = options;
  const found = await readManifestBeside(path);
  const named = found?.value ? parseNamedArrivals(found.value.statistics.arrivals) : undefined;
  const arrivals = createArrivalCheck(() => named?.arrivals);
  const statistics = collectWorkloadStatistics();
  const series = collectWorkloadSeries();
  const cache = tokenizer && createRequestCache(tokenizer);
  const lengths = createLengthCheck();
  const models = createNameCounts();
  const users = createNameCounts();
  let entries = 0;
  const sessions = createKeySet();
  let events = 0;
  let withoutText = 0;
  const order = createEntryOrder();

  const input = await openHashedInput(path, signal);
  const records = readJsonlRecords(input.chunks, { schema: workloadEntrySchema, name: input.name, signal });
  for await (const { value: entry, location } of records) {
    order.check(entry.timestamp, location);
    statistics.add(entry);
    arrivals.add(entry);
    series.add(entry);
    if ('events' in entry && Array.isArray(entry.events)) events += entry.events.length;
    for (const [index, request] of entry.requests.entries()) {
      if (request.session_id != null) sessions.add(String(request.session_id));
      models.add(request.model);
      users.add(request.user);
      if (request.prompt == null && request.messages == null) withoutText++;
      const counted = cache?.add(request);
      if (counted !== undefined && request.messages == null) {
        const id = request.id ?? `${entries}-${index}`;
        lengths.add({ line: location.line, id, stated: request.prompt_length, counted });
      }
    }
    entries++;
    onEntry?.(statistics.requests);
  }
  await input.readRest();

  const { bytes, sha256 } = input.end() as { bytes: number; sha256: string };
  const figures = {
    ...statistics.result(),
    ...arrivals.statistics(),
    ...(cache && { ideal_prefix_cache: cache.figures() }),
    sessions: sessions.size,
    events,
  };
  return {
    file: input.name,
    sha256,
    bytes,
    entries,
    statistics: figures,
    without_text: withoutText,
    models: models.top(),
    users: users.top(),
    untold_models: models.untold,
    untold_users: users.untold,
    prompt_lengths: cache ? lengths.result() : null,
    series: series.result(),
    manifest: found
      ? checkWorkloadManifest(usable(found, named), { sha256, bytes, records: entries, statistics: figures })
      : null,
  };
};
