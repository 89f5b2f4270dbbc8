import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { formatPath } from '@aibrix/core/validation';
import {
  PATTERN_PRESETS,
  type Pattern,
  patternSchema,
  presetPattern,
  type Quantity,
  type RateDescription,
  rateDescriptionSchema,
} from '@aibrix/workload';
import type { z } from 'zod';
import { readObjectFile } from './read-object-file.js';

/** How a pattern is chosen: a file wins over a preset, and a mean over both. */
export interface PatternChoiceSettings {
  preset?: string | undefined;
  file?: string | undefined;
  mean?: number | undefined;
}

const BY_DEFAULT: Record<Quantity, string> = {
  traffic: 'slow_rising',
  prompt_length: 'severe_fluctuation',
  output_length: 'slight_fluctuation',
};

const PATTERN_FILE =
  'A pattern file is JSON or YAML such as {"mean": 6, "fluctuate": 3, "noise": 0.1, "period_len_ms": 60000}.';

const PATTERN_KEYS = ['mean', 'fluctuate', 'noise', 'period_len_ms', 'periods', 'only_rise'];

/** What a file holds, if it is in order. A key without a value is none. */
const checked = <T>(schema: z.ZodType<T>, value: Record<string, unknown>, file: string): T => {
  const given = Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null));
  const { data, error } = schema.safeParse(given);
  if (!error) return data;
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const meant = unknown.map((key) => closestMatch(key, PATTERN_KEYS)).find((key) => key !== undefined);
  const text = error.issues.map(({ path, message }) => (path.length > 0 ? `${formatPath(path)}: ${message}` : message));
  throw new BenchmarkError('input', text.join('; '), {
    location: { file },
    hint: meant === undefined ? PATTERN_FILE : `Did you mean ${meant}?`,
  });
};

const fromPreset = (name: string, quantity: Quantity, mean: number | undefined): Pattern => {
  const pattern = presetPattern(name, { quantity, mean });
  if (pattern) return pattern;
  throw new BenchmarkError('usage', `there is no pattern "${name}"`, {
    hint: `It may be ${PATTERN_PRESETS.join(', ')}.`,
  });
};

/** The pattern of a length as the options of the library; null for `none`. What is wrong in a file is told with its name. */
export const chosenPattern = async (
  quantity: Quantity,
  { preset = BY_DEFAULT[quantity], file, mean }: PatternChoiceSettings,
): Promise<Pattern | null> => {
  if (file !== undefined) {
    const value = await readObjectFile(file, PATTERN_FILE);
    return checked(patternSchema, mean === undefined ? value : { ...value, mean }, file);
  }
  return preset === 'none' ? null : fromPreset(preset, quantity, mean);
};

/** The same for the traffic, which a file may give as any rate, and which there always is. */
export const chosenTraffic = async (settings: PatternChoiceSettings): Promise<Pattern | RateDescription> => {
  const { preset = BY_DEFAULT.traffic, file, mean } = settings;
  if (file === undefined) return fromPreset(preset, 'traffic', mean);
  const value = await readObjectFile(file, PATTERN_FILE);
  if ('kind' in value && mean !== undefined) {
    throw new BenchmarkError('usage', `a mean is given, and ${file} holds a rate of kind ${String(value.kind)}`, {
      hint: 'Say the rate in the file.',
    });
  }
  if ('kind' in value) return checked(rateDescriptionSchema, value, file);
  return checked(patternSchema, mean === undefined ? value : { ...value, mean }, file);
};
