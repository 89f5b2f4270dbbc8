import { createRealClock } from '@aibrix/core/clock';
import { createParser } from 'eventsource-parser';
import { afterEach } from 'vitest';
import type { EngineProfile } from '../../engine/engine-profile.js';
import { type Simulator, startSimulator } from '../simulator.js';
import type { SimulatorOptions } from '../simulator-options.js';

const started: Simulator[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((simulator) => simulator.close()));
});

/** A simulator on a free port, closed after the test. */
export const start = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const simulator = await startSimulator({ port: 0, ...options });
  started.push(simulator);
  return simulator;
};

/** Every step takes `stepMs`, whatever is in it. */
export const steadyProfile = (stepMs: number): EngineProfile => ({
  name: 'steady',
  stepTime: {
    baseMs: stepMs,
    perPrefillTokenMs: 0,
    perPrefillTokenPairMs: 0,
    perDecodeSequenceMs: 0,
    perContextTokenMs: 0,
  },
  stepTimeCv: 0,
  maxNumSeqs: 256,
  maxNumBatchedTokens: 8_192,
  maxModelLen: 8_192,
  kvCacheTokens: 1_048_576,
});

/** A body for 3 prompt tokens and exactly `tokens` to answer. */
export const bodyFor = (tokens: number, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  model: 'm',
  messages: [{ role: 'user', content: ' one two three' }],
  max_tokens: tokens,
  min_tokens: tokens,
  ...fields,
});

export const post = (
  simulator: Simulator,
  body: unknown,
  init: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Response> =>
  fetch(`${simulator.url}/v1/chat/completions`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });

/** The parts of an answer that tests look at. */
export interface Completion {
  id: string;
  choices: [{ message: { content: string }; finish_reason: string }];
  usage: { prompt_tokens: number; completion_tokens: number };
}

/** Asks for an answer that is not streamed. */
export const complete = async (simulator: Simulator, body: unknown): Promise<Completion> => {
  const response = await post(simulator, body);
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return JSON.parse(await response.text());
};

/** The error that a refusal holds. */
export const errorIn = async (
  response: Response,
): Promise<{ message: string; type: string; param: string | null; code: number | string | null }> =>
  JSON.parse(await response.text()).error;

/** The parts of a chunk that tests look at. */
export interface Chunk {
  id: string;
  model: string;
  choices: { delta: { role?: string; content?: string }; finish_reason: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Parses a whole event stream into its chunks; the last event must be `[DONE]`. */
export const chunksOf = (text: string): Chunk[] => {
  const events: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => events.push(data) });
  parser.feed(text);
  if (events.pop() !== '[DONE]') throw new Error('the stream does not end with [DONE]');
  return events.map((data): Chunk => JSON.parse(data));
};

/** The tokens of a stream, one a chunk. */
export const tokensOf = (chunks: readonly Chunk[]): string[] =>
  chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).filter((text) => text !== '');

/** Waits until `isTrue`, as long as the test may take. */
export const until = async (isTrue: () => boolean): Promise<void> => {
  const clock = createRealClock();
  while (!isTrue()) await clock.sleepUntil(clock.now() + 5);
};
