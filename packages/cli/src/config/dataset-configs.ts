import { z } from 'zod';

/** Kinds of dataset that a config may name. */
export const PROMPT_TYPES = [
  'synthetic_multiturn',
  'synthetic_shared',
  'sharegpt',
  'client_trace',
  'messages',
  'csv',
  'jsonl',
] as const;

export type PromptType = (typeof PROMPT_TYPES)[number];

/** A number a mix, as a comma list, one number or an array. */
type NumberList = string | number | number[];

/** A section for each kind of dataset; that of `prompt_type` is read. A type, so that it can be walked as a tree of keys. */
export type DatasetConfigs = {
  synthetic_multiturn: {
    shared_prefix_length: number;
    prompt_length: number;
    prompt_std: number;
    num_turns: number;
    num_turns_std: number;
    num_sessions: number;
    num_sessions_std: number;
    max_prompt_length: number | null;
    output_length: number | null;
    output_length_std: number;
  };
  synthetic_shared: {
    prompt_length: NumberList;
    prompt_std: NumberList;
    shared_prop: NumberList;
    shared_prop_std: NumberList;
    num_samples: NumberList;
    num_prefix: NumberList;
    num_dataset_configs: number;
    randomize_order: boolean;
    app_name: string | null;
  };
  sharegpt: {
    target_dataset: string;
    url: string | null;
    max_sessions: number | null;
    max_turns: number | null;
    count: boolean;
  };
  client_trace: { trace: string | null; count: boolean };
  messages: { path: string | null; form: 'sessions' | 'messages'; count: boolean };
  csv: { path: string | null; columns: string | null; delimiter: ',' | ';' | 'tab' | null; count: boolean };
  jsonl: { path: string | null; columns: string | null; count: boolean };
};

const tokens = z.number().nonnegative();
const std = z.number().nonnegative();
const list = z.union([z.string(), z.number(), z.array(z.number())], 'expected a number or a comma list of numbers');
const limit = z.int().min(1).nullable();
const nullablePath = z.string().nullable();

const syntheticMultiturn = z.strictObject({
  shared_prefix_length: tokens.describe('tokens put before the first prompt of every session'),
  prompt_length: tokens.describe('mean tokens of a prompt'),
  prompt_std: std.describe('standard deviation of that (Pareto)'),
  num_turns: z.number().positive().describe('mean prompts of a session'),
  num_turns_std: std,
  num_sessions: z.number().positive().describe('mean number of sessions'),
  num_sessions_std: std,
  max_prompt_length: limit.describe('longest prompt in tokens, the shared prefix not counted; null: no limit'),
  output_length: tokens.nullable().describe('mean tokens of the answers to ask for; null: none'),
  output_length_std: std,
});

const syntheticShared = z.strictObject({
  prompt_length: list.describe('mean tokens of a prompt, one item a mix'),
  prompt_std: list.describe('standard deviation of that'),
  shared_prop: list.describe('share of a prompt that is its prefix, from 0 to 1'),
  shared_prop_std: list.describe('standard deviation of that'),
  num_samples: list.describe('prompts that share each prefix'),
  num_prefix: list.describe('prefixes of the mix'),
  num_dataset_configs: z.int().min(1).describe('number of mixes: the length of every list'),
  randomize_order: z.boolean().describe('prompts in random order, not mix by mix'),
  app_name: z.string().min(1).nullable().describe('what the dataset is called in its statistics'),
});

const count = z.boolean().describe('count the tokens of prompts and answers');
const columns = z
  .string()
  .nullable()
  .describe('which column holds what, such as prompt=question,completion=answer; null: found by usual names');

const sharegpt = z.strictObject({
  target_dataset: z.string().describe('ShareGPT file, downloaded when it is missing'),
  url: z.string().nullable().describe('where from; null: Hugging Face'),
  max_sessions: limit.describe('take only the first sessions; null: all'),
  max_turns: limit.describe('keep only the first prompts of a session; null: all'),
  count,
});

const messages = z.strictObject({
  path: nullablePath.describe('conversations in the form of the OpenAI chat API, one a line'),
  form: z.enum(['sessions', 'messages']).describe('replay turn by turn, or send each conversation in one request'),
  count,
});

const csv = z.strictObject({
  path: nullablePath.describe('table with a header, a prompt a row'),
  columns,
  delimiter: z.enum([',', ';', 'tab']).nullable().describe('what parts the fields; null: a comma, in .tsv a tab'),
  count,
});

const jsonl = z.strictObject({
  path: nullablePath.describe('objects with a prompt in a field, one a line'),
  columns,
  count,
});

/** What each key may be and what it means. */
export const datasetConfigsSchema: z.ZodType<DatasetConfigs> = z.strictObject({
  synthetic_multiturn: syntheticMultiturn,
  synthetic_shared: syntheticShared,
  sharegpt,
  client_trace: z.strictObject({ trace: nullablePath.describe('results of a run (output.jsonl)'), count }),
  messages,
  csv,
  jsonl,
});

export const DATASET_DEFAULTS: DatasetConfigs = {
  synthetic_multiturn: {
    shared_prefix_length: 0,
    prompt_length: 80,
    prompt_std: 472,
    num_turns: 3.55,
    num_turns_std: 2.89,
    num_sessions: 1000,
    num_sessions_std: 1,
    max_prompt_length: null,
    output_length: null,
    output_length_std: 0,
  },
  synthetic_shared: {
    prompt_length: '3997,5868,2617',
    prompt_std: '17,28,1338',
    shared_prop: '0.95,0.97,0.03',
    shared_prop_std: '0.00001,0.00001,0.00001',
    num_samples: '12,8,79',
    num_prefix: '1,1,1',
    num_dataset_configs: 3,
    randomize_order: false,
    app_name: null,
  },
  sharegpt: {
    target_dataset: '/tmp/ShareGPT_V3_unfiltered_cleaned_split.json',
    url: null,
    max_sessions: null,
    max_turns: null,
    count: true,
  },
  client_trace: { trace: null, count: true },
  messages: { path: null, form: 'sessions', count: true },
  csv: { path: null, columns: null, delimiter: null, count: true },
  jsonl: { path: null, columns: null, count: true },
};
