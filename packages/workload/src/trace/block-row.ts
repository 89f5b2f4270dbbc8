import { BenchmarkError } from '@aibrix/core/errors';
import type { JsonlRecord } from '@aibrix/core/jsonl';
import { excerpt, timeOfValue, tokensOfValue } from './row-values.js';

/** A row whose prompt is told by the names of its blocks. */
export interface BlockRow {
  timeMs: number;
  inputTokens: number;
  outputTokens: number;
  blocks: readonly number[];
  /** Everything the row says. */
  fields: Record<string, unknown>;
}

const isBlockName = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

const blocksOf = (ids: unknown, row: { inputTokens: number; blockTokens: number }, record: JsonlRecord<unknown>) => {
  const { location } = record;
  const { inputTokens, blockTokens } = row;
  if (!Array.isArray(ids) || !ids.every(isBlockName)) {
    const wrong = Array.isArray(ids) ? `hold ${excerpt(ids.find((id) => !isBlockName(id)))}` : `are ${excerpt(ids)}`;
    throw new BenchmarkError('input', `hash_ids ${wrong}`, {
      location,
      hint: 'They must be a list of whole numbers, at least 0, that name the blocks of the prompt. Mend or remove the row.',
    });
  }
  const needed = Math.ceil(inputTokens / blockTokens);
  if (ids.length !== needed) {
    throw new BenchmarkError('input', `${ids.length} hash_ids do not fit an input_length of ${inputTokens}`, {
      location,
      hint: `A hash id stands for a block of ${blockTokens} tokens, the last for what is left: there must be ${needed}. Is it a trace of another kind?`,
    });
  }
  return ids as number[];
};

/**
 * Reads `timestamp`, `input_length`, `output_length` and `hash_ids`.
 *
 * @throws BenchmarkError `input` with `file:line` for what is missing or of another kind, and for hash ids that do not fit
 *   the length
 */
export const blockRow = (
  record: JsonlRecord<unknown>,
  { msPerUnit, blockTokens }: { msPerUnit: 1 | 1000; blockTokens: number },
): BlockRow => {
  const { value, location } = record;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new BenchmarkError('input', `the row is ${excerpt(value)}`, {
      location,
      hint: 'It must be a JSON object with timestamp, input_length, output_length and hash_ids.',
    });
  }
  const fields = value as Record<string, unknown>;
  const timeMs = timeOfValue(fields.timestamp, { name: 'timestamp', location }, msPerUnit);
  const inputTokens = tokensOfValue(fields.input_length, { name: 'input_length', minimum: 1, location });
  const outputTokens = tokensOfValue(fields.output_length, { name: 'output_length', minimum: 0, location });
  const blocks = blocksOf(fields.hash_ids, { inputTokens, blockTokens }, record);
  return { timeMs, inputTokens, outputTokens, blocks, fields };
};
