import { z } from 'zod';

/** A number, or the least and the most of a whole number that is drawn, both included. */
export type WholeRange = number | readonly [minimum: number, maximum: number];

/** Options of `agent`. In files the keys are the same in snake case. */
export interface AgentOptions {
  /** Same seed, same graph and same text. Default 0. */
  seed?: number | string | undefined;
  /** Default 10. */
  numSessions?: number | undefined;
  /** Mean rate at which sessions start, in sessions per second; the first starts at 0. Default 1. */
  sessionArrivalRateRps?: number | undefined;
  /** Default 3. */
  turnsPerSession?: WholeRange | undefined;
  /** Tools that each turn calls at once. Default 2. */
  parallelTools?: WholeRange | undefined;
  /** How long an attempt of a tool takes. Default [100, 500]. */
  toolLatencyMs?: WholeRange | undefined;
  /** How long a model call is expected to take, for the times of what follows. Default [50, 150]. */
  modelLatencyMs?: WholeRange | undefined;
  /** Between two turns. Default [0, 1000]. */
  thinkTimeMs?: WholeRange | undefined;
  /** How likely an attempt of a tool fails while there are retries left. Default 0. */
  retryProbability?: number | undefined;
  /** Attempts after the first. Default 1. */
  maxToolRetries?: number | undefined;
  /** Tokens of a session's first prompt. Default 256. */
  initialPromptTokens?: number | undefined;
  /** Tokens by which each turn's prompt is longer than that of the turn before. Default 128. */
  contextGrowthTokens?: number | undefined;
  /** Tokens that the result of a tool adds to the prompt of the follow-up call. Default 64. */
  toolResultTokens?: number | undefined;
  /** Tokens of each answer. Default 64. */
  outputTokens?: number | undefined;
  /** The first tokens of every prompt that all sessions have in common, as instructions and tools are. Default 0. */
  sharedPromptTokens?: number | undefined;
  /** False leaves texts out. Default true. */
  withText?: boolean | undefined;
  /** Whether the manifest says what a prefix cache would find. Default true. */
  cacheFigures?: boolean | undefined;
  /** Ends before the model call after this many; null: no limit. Default null. */
  maxRequests?: number | null | undefined;
}

/** The options with defaults filled in; ranges as pairs. */
export interface AgentSettings {
  seed: number | string;
  numSessions: number;
  sessionArrivalRateRps: number;
  turnsPerSession: [number, number];
  parallelTools: [number, number];
  toolLatencyMs: [number, number];
  modelLatencyMs: [number, number];
  thinkTimeMs: [number, number];
  retryProbability: number;
  maxToolRetries: number;
  initialPromptTokens: number;
  contextGrowthTokens: number;
  toolResultTokens: number;
  outputTokens: number;
  sharedPromptTokens: number;
  withText: boolean;
  cacheFigures: boolean;
  maxRequests: number | null;
}

/** What a random draw covers, and a text has. */
const MAX_RANGE = 2 ** 31 - 1;
/** The graph of a session is drawn at once: more of these would not fit in memory. */
const MAX_TURNS = 10_000;
const MAX_TOOLS = 1000;
const MAX_RETRIES = 1000;
/** Sessions that start at one time are held at once too. */
const MAX_RATE = 1_000_000;

const whole = (minimum: number, maximum: number = MAX_RANGE): z.ZodNumber =>
  z
    .int('must be a whole number')
    .min(minimum, `must be at least ${minimum}`)
    .max(maximum, `must be at most ${maximum}`);

const range = (
  minimum: number,
  byDefault: [number, number],
  maximum: number = MAX_RANGE,
): z.ZodType<[number, number], WholeRange | undefined> =>
  z
    .union([whole(minimum, maximum), z.tuple([whole(minimum, maximum), whole(minimum, maximum)]).readonly()], {
      error: `must be a whole number from ${minimum} to ${maximum}, or [min, max]`,
    })
    .transform((value): [number, number] => (typeof value === 'number' ? [value, value] : [value[0], value[1]]))
    .refine(([least, most]) => least <= most, 'its minimum is above its maximum')
    .default(byDefault);

/** Checks the options of `agent` and fills in defaults. */
export const agentOptionsSchema: z.ZodType<AgentSettings, AgentOptions> = z
  .strictObject({
    seed: z.union([z.number(), z.string()]).default(0),
    numSessions: whole(1).default(10),
    sessionArrivalRateRps: z
      .number()
      .positive('must be above 0')
      .max(MAX_RATE, `must be at most ${MAX_RATE}`)
      .default(1),
    turnsPerSession: range(1, [3, 3], MAX_TURNS),
    parallelTools: range(1, [2, 2], MAX_TOOLS),
    toolLatencyMs: range(0, [100, 500]),
    modelLatencyMs: range(0, [50, 150]),
    thinkTimeMs: range(0, [0, 1000]),
    retryProbability: z.number().min(0, 'must be at least 0').max(1, 'must be at most 1').default(0),
    maxToolRetries: whole(0, MAX_RETRIES).default(1),
    initialPromptTokens: whole(1).default(256),
    contextGrowthTokens: whole(0).default(128),
    toolResultTokens: whole(0).default(64),
    outputTokens: whole(1).default(64),
    sharedPromptTokens: whole(0).default(0),
    withText: z.boolean().default(true),
    cacheFigures: z.boolean().default(true),
    maxRequests: whole(1).nullable().default(null),
  })
  .refine(({ sharedPromptTokens, initialPromptTokens }) => sharedPromptTokens <= initialPromptTokens, {
    path: ['sharedPromptTokens'],
    message: 'must not be more than initialPromptTokens',
  });
