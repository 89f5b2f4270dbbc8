import { openHashedInput } from '@aibrix/core/files';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import { parseOptions } from '@aibrix/core/validation';
import { datasetRecordSchema } from '@aibrix/schema';
import { collectDatasetStatistics } from '../dataset-statistics.js';
import { checkManifest } from './check-manifest.js';
import type { DatasetInspection } from './inspection.js';
import { createLengthTally } from './length-tally.js';
import { type InspectDatasetOptions, inspectDatasetOptionsSchema } from './options.js';
import { readManifestBeside } from './read-manifest.js';
import { partsOf } from './record-parts.js';
import { collectTextFigures, type TextFigures } from './text-figures.js';
import { createTokenFigures } from './token-figures.js';

const notesOf = (
  { otherParts, unevenSessions }: TextFigures,
  cache: DatasetInspection['ideal_prefix_cache'],
  groups: DatasetInspection['prefix_groups'],
): string[] => {
  const notes: [number, string][] = [
    [otherParts, 'content parts that are no text, their tokens not counted'],
    [unevenSessions, 'sessions whose lists of lengths or answers do not fit their prompts'],
    [cache?.answers_left_out ?? 0, 'turns whose history lacks an answer, for none is recorded'],
    [groups?.prompts_left_out ?? 0, 'prompts of prefix groups that did not fit into memory, not compared'],
  ];
  return notes.filter(([count]) => count > 0).map(([count, what]) => `${what}: ${count}`);
};

/**
 * Reads a dataset file once and tells what is in it: how many prompts and sessions, their lengths, what prefix caching
 * could save, what is there twice, and whether the manifest beside it is its own.
 *
 * Memory does not grow with the texts: at most 15 bytes a different block of the prefix cache (about a byte a token), 15
 * a different prompt and record, and 128 MB for prompts of stated prefix groups. All figures are exact.
 *
 * @param path a dataset file of any form (`.gz` and `.zst` are decompressed), or `-` for stdin
 * @throws BenchmarkError `usage` for an option; `file-not-found`; `input` with `file:line` for a record that is no
 *   dataset record; `tokenizer` for a text it has no tokens for; the signal's reason
 */
export const inspectDataset = async (path: string, options: InspectDatasetOptions = {}): Promise<DatasetInspection> => {
  const settings = parseOptions(inspectDatasetOptionsSchema, options, 'inspectDataset');
  const { tokenizer, signal } = settings;
  const input = await openHashedInput(path, signal);
  const statistics = collectDatasetStatistics();
  const texts = collectTextFigures();
  const tokens = tokenizer && createTokenFigures(tokenizer, settings.blockTokens);
  const promptTally = createLengthTally();
  const outputTally = createLengthTally();
  let records = 0;
  const source = readJsonlRecords(input.chunks, { schema: datasetRecordSchema, name: input.name, signal });
  for await (const { value, location } of source) {
    const { line } = location;
    const parts = partsOf(value);
    statistics.add(value);
    texts.add(parts);
    const counted = tokens?.add(parts);
    for (const [turn, { statedPromptTokens, statedAnswerTokens }] of parts.exchanges.entries()) {
      const { prompt = null, answer = null } = counted?.[turn] ?? {};
      promptTally.add({ counted: prompt, stated: statedPromptTokens, line });
      outputTally.add({ counted: answer, stated: statedAnswerTokens, line });
    }
    records++;
    settings.onRecord?.(records);
  }

  await input.readRest();
  const { bytes, sha256 } = input.end() as { bytes: number; sha256: string };
  const file = { bytes, sha256, records };
  const manifest = await readManifestBeside(path);
  const found = texts.result();
  const cache = tokens?.cache.figures() ?? null;
  const groups = tokens?.groups.result() ?? null;
  return {
    file: input.name,
    ...file,
    form: found.form,
    forms: found.forms,
    prompts: found.prompts,
    answers: found.answers,
    sessions: found.sessions,
    turns: found.turns,
    tokenizer: tokenizer ? { name: tokenizer.name, sha256: tokenizer.sha256 } : null,
    prompt_tokens: promptTally.lengths(),
    output_tokens: outputTally.lengths(),
    context_tokens: tokens && found.sessions > 0 ? tokens.cache.contextLengths() : null,
    stated_lengths: { prompts: promptTally.agreement(), outputs: outputTally.agreement() },
    ideal_prefix_cache: cache,
    prefix_groups: groups,
    duplicates: found.duplicates,
    system_messages: { ...found.system, tokens: tokens?.systemTokens ?? null },
    manifest: manifest ? checkManifest(manifest, { ...file, statistics: statistics.result() }) : null,
    notes: notesOf(found, cache, groups),
  };
};
