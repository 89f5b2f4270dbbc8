import { isPlainFile, writeFileAtomically } from '@aibrix/core/files';
import { writeJsonl } from '@aibrix/core/jsonl';
import { type DatasetRecord, type Manifest, manifestPath, SCHEMA_VERSION } from '@aibrix/schema';
import { collectDatasetStatistics } from './dataset-statistics.js';
import type { GeneratedDataset } from './generated-dataset.js';
import { VERSION } from './version.js';

export interface WriteDatasetFileOptions {
  /** Ends the writing; nothing is left under the final name, and the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called with the number of records so far, after each. */
  onRecord?: ((records: number) => void) | undefined;
}

/**
 * Writes a dataset as JSONL, and what it is beside it as `<path>.manifest.json`. Both appear under their names when they
 * are complete. Two identical runs write identical bytes.
 *
 * @param path a file (`.gz`, `.zst` are compressed; missing folders are made), or `-` for stdout, where no manifest is written
 * @returns the manifest
 * @throws BenchmarkError `output` when a file cannot be written; whatever the dataset throws
 */
export const writeDatasetFile = async (
  path: string,
  dataset: GeneratedDataset,
  options: WriteDatasetFileOptions = {},
): Promise<Manifest> => {
  const statistics = collectDatasetStatistics();
  const observed = async function* (): AsyncGenerator<DatasetRecord> {
    let records = 0;
    for await (const record of dataset) {
      statistics.add(record);
      options.onRecord?.(++records);
      yield record;
    }
  };
  const written = await writeJsonl(path, observed(), { signal: options.signal });
  const { generator, seed, tokenizer, synthesis, options: generatorOptions } = dataset.origin;
  const findings = dataset.findings?.() ?? { statistics: {}, notes: [] };
  const manifest: Manifest = {
    schema_version: SCHEMA_VERSION,
    kind: 'dataset',
    generator,
    generator_version: VERSION,
    options: generatorOptions,
    seed,
    tokenizer,
    synthesis,
    sha256: written.sha256,
    records: written.records,
    bytes: written.bytes,
    statistics: { ...statistics.result(), ...findings.statistics },
    notes: findings.notes,
  };
  if (await isPlainFile(path))
    await writeFileAtomically(manifestPath(path), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
};
