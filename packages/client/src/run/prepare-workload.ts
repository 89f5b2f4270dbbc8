import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { regularFile, sha256OfFile } from '@aibrix/core/files';
import { readJsonl } from '@aibrix/core/jsonl';
import {
  type Manifest,
  manifestPath,
  manifestSchema,
  type RunRecord,
  type WorkloadEntry,
  workloadEntrySchema,
} from '@aibrix/schema';
import type { RunSettings } from '../options.js';
import { problemsFor } from '../protocol/protocols.js';
import { Partition } from './partition.js';
import { scanWorkload, type WorkloadScan } from './scan-workload.js';
import { EARLY_MS } from './warm-connections.js';
import { isRepeatable, sourceName, type WorkloadSource } from './workload-source.js';

/** A workload that was checked, as far as it can be before load. */
export interface PreparedWorkload {
  entries: AsyncIterable<WorkloadEntry> | Iterable<WorkloadEntry>;
  /** What is known of it beforehand; null of a stream. */
  scan: WorkloadScan | null;
  description: RunRecord['workload'];
  warnings: string[];
  /** Removes what was made for the run: the copy of a source that can be read only once. */
  remove(): Promise<void>;
}

/** The manifest of a workload file, if it has one that can be read: without it the run is as good, only less described. */
const readManifest = async (path: string): Promise<Manifest | null> => {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(manifestPath(path), 'utf8')));
  } catch {
    return null;
  }
};

/** Whether there are shards or workers that requests are divided among. */
export const isDivided = ({ shard, workers }: Pick<RunSettings, 'shard' | 'workers'>): boolean =>
  shard !== null || workers > 1;

const scan = (
  source: string | readonly WorkloadEntry[],
  settings: RunSettings,
  options: { name?: string | undefined; signal: AbortSignal },
): Promise<WorkloadScan> =>
  scanWorkload(source, {
    ...options,
    outputTokenLimit: settings.outputTokenLimit,
    history: settings.history,
    problemOf: problemsFor(settings),
    sendsSessionKey: settings.sessionKeyHeader,
    earlyMs: EARLY_MS / settings.timeScale,
    partition: isDivided(settings) ? new Partition(settings) : undefined,
  });

/** @param name the file as the caller gave it, which `path` may be a copy of */
const describeFile = async (
  path: string,
  name: string,
): Promise<{ description: RunRecord['workload']; warnings: string[] }> => {
  const sha256 = await sha256OfFile(path);
  const manifest = await readManifest(name);
  const isOfThisFile = manifest?.sha256 === sha256;
  return {
    description: { path: sourceName(name), sha256, manifest: isOfThisFile ? manifest : null },
    warnings:
      manifest && !isOfThisFile ? ['the manifest beside the workload is of another content, and is left out'] : [],
  };
};

const prepareFile = async (file: string, settings: RunSettings, signal: AbortSignal): Promise<PreparedWorkload> => {
  const { path, remove } = await regularFile(file, { signal });
  try {
    return {
      entries: readJsonl(path, { schema: workloadEntrySchema }),
      scan: await scan(path, settings, { name: sourceName(file), signal }),
      ...(await describeFile(path, file)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

/**
 * Checks all of a file or an array, so that nothing it holds can fail in the middle of the run. A stream is taken as it
 * comes.
 *
 * @throws BenchmarkError `file-not-found`, `input` with `file:line`; `usage` for what a stream cannot be asked
 */
export const prepareWorkload = async (
  source: WorkloadSource,
  settings: RunSettings,
  signal: AbortSignal,
): Promise<PreparedWorkload> => {
  if (typeof source === 'string') return prepareFile(source, settings, signal);
  if (!isRepeatable(source) && settings.maxConcurrentSessions !== null) {
    throw new BenchmarkError(
      'usage',
      'maxConcurrentSessions: a session ends with its last turn, and a stream does not tell which that is',
      { hint: 'Give the workload as a file or an array.' },
    );
  }
  return {
    entries: source,
    scan: isRepeatable(source) ? await scan(source, settings, { signal }) : null,
    description: {},
    warnings: [],
    remove: async () => {},
  };
};
