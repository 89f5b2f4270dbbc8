import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { type AgentOptions, agentOptionsSchema } from '@aibrix/workload';
import { readObjectFile } from './read-object-file.js';

/** The keys of an agent file, and the options of the library that they are. */
const KEYS = {
  seed: 'seed',
  num_sessions: 'numSessions',
  session_arrival_rate_rps: 'sessionArrivalRateRps',
  turns_per_session: 'turnsPerSession',
  parallel_tools: 'parallelTools',
  tool_latency_ms: 'toolLatencyMs',
  model_latency_ms: 'modelLatencyMs',
  think_time_ms: 'thinkTimeMs',
  retry_probability: 'retryProbability',
  max_tool_retries: 'maxToolRetries',
  initial_prompt_tokens: 'initialPromptTokens',
  context_growth_tokens: 'contextGrowthTokens',
  tool_result_tokens: 'toolResultTokens',
  output_tokens: 'outputTokens',
  shared_prompt_tokens: 'sharedPromptTokens',
} as const satisfies Record<string, keyof AgentOptions>;

/** The options of the library to keys, for messages. */
export const AGENT_KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(KEYS).map(([key, option]) => [option, key]),
);

/**
 * Keys of an agent section that none has, with what is meant.
 *
 * @param further keys that it may have besides
 */
export const unknownAgentKeys = (
  section: Readonly<Record<string, unknown>>,
  further: readonly string[] = [],
): { key: string; meant: string | undefined }[] => {
  const known = [...Object.keys(KEYS), ...further];
  return Object.keys(section)
    .filter((key) => !known.includes(key))
    .map((key) => ({ key, meant: closestMatch(key, known) }));
};

/** An agent section as options; their values are checked by the library. */
export const agentOptions = (section: Readonly<Record<string, unknown>>): AgentOptions =>
  Object.fromEntries(
    Object.entries(KEYS)
      .filter(([key]) => section[key] !== undefined && section[key] !== null)
      .map(([key, option]) => [option, section[key]]),
  );

/**
 * Reads an agent file, JSON or YAML.
 *
 * @throws BenchmarkError `file-not-found`; `input` for what is no such file, for keys that it does not have, and for values that are none
 */
export const agentOptionsOfFile = async (file: string): Promise<AgentOptions> => {
  const fields = await readObjectFile(
    file,
    'An agent file is JSON or YAML such as {"num_sessions": 10, "turns_per_session": [2, 5]}.',
  );
  const [unknown] = unknownAgentKeys(fields);
  if (unknown) {
    throw new BenchmarkError('input', `unknown key ${unknown.key}`, {
      location: { file },
      hint: unknown.meant ? `Did you mean ${unknown.meant}?` : `It may have ${Object.keys(KEYS).join(', ')}.`,
    });
  }
  const options = agentOptions(fields);
  const problems = agentOptionsSchema.safeParse(options).error?.issues ?? [];
  if (problems.length === 0) return options;
  const text = problems.map(({ path, message }) => `${AGENT_KEYS[String(path[0])] ?? path.join('.')}: ${message}`);
  throw new BenchmarkError('input', text.join('; '), { location: { file } });
};
