import { BenchmarkError } from '@aibrix/core/errors';
import { isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { writeJsonl } from '@aibrix/core/jsonl';
import { type Manifest, manifestPath, SCHEMA_VERSION, type WorkloadEntry } from '@aibrix/schema';
import type { GeneratedWorkload } from './generated-workload.js';
import { manifestText } from './manifest-text.js';
import { createArrivalCheck } from './statistics/arrival-check.js';
import { collectWorkloadStatistics } from './statistics/workload-statistics.js';
import { VERSION } from './version.js';

export interface WriteWorkloadFileOptions {
  /** Ends the writing; nothing is left under the final name, and the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called after each entry, with the number of requests so far. */
  onEntry?: ((entry: WorkloadEntry, requests: number) => void) | undefined;
}

/** Names of files that would be taken for one JSON value. */
const ONE_VALUE = /\.json(?:\.gz|\.zst)?$/i;

const refuseOneValue = (path: string): void => {
  if (!ONE_VALUE.test(path)) return;
  throw new BenchmarkError(
    'usage',
    `${path}: a workload is written as JSON lines, and .json is the name of one JSON value`,
    {
      hint: `Name it ${path.replace(/\.json/i, '.jsonl')}.`,
    },
  );
};

/**
 * Writes a workload as JSONL, and what it is beside it as `<path>.manifest.json`. Both appear under their names when they
 * are complete. Two identical runs write identical bytes.
 *
 * @param path a file (`.gz`, `.zst` are compressed; missing folders are made), or `-` for stdout, where no manifest is written
 * @returns the manifest: what was asked for, and the certificate of what is in the file
 * @throws BenchmarkError `usage` for a name that ends in `.json`, compressed or not, before anything is read; `output` when a
 *   file cannot be written; whatever the workload throws
 */
export const writeWorkloadFile = async (
  path: string,
  workload: GeneratedWorkload,
  options: WriteWorkloadFileOptions = {},
): Promise<Manifest> => {
  refuseOneValue(path);
  const statistics = collectWorkloadStatistics();
  const arrivals = createArrivalCheck(() => workload.origin.arrivals);
  const observed = async function* (): AsyncGenerator<WorkloadEntry> {
    for await (const entry of workload) {
      statistics.add(entry);
      arrivals.add(entry);
      options.onEntry?.(entry, statistics.requests);
      yield entry;
    }
  };
  const written = await writeJsonl(path, observed(), { signal: options.signal });
  const { generator, seed, tokenizer, synthesis, options: generatorOptions } = workload.origin;
  const findings = workload.findings?.() ?? { statistics: {}, notes: [] };
  const manifest: Manifest = {
    schema_version: SCHEMA_VERSION,
    kind: 'workload',
    generator,
    generator_version: VERSION,
    options: generatorOptions,
    seed,
    tokenizer,
    synthesis,
    sha256: written.sha256,
    records: written.records,
    bytes: written.bytes,
    statistics: { ...statistics.result(), ...arrivals.statistics(), ...findings.statistics },
    notes: findings.notes,
  };
  if (await isPlainFile(path)) await writeFileAtomically(manifestPath(path), manifestText(manifest));
  return manifest;
};
