import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom, exponential } from '@aibrix/core/random';
import { parseOptions } from '@aibrix/core/validation';
import { createStatedLengths, type PromptSource, type StatedLengths } from '@aibrix/synthesis';
import { type CacheFigures, createCacheFigures } from '../cache-figures/cache-figures.js';
import type { GeneratedWorkload } from '../generated-workload.js';
import { createMinHeap } from '../ordering/min-heap.js';
import type { PromptMaterial } from '../requests/prompt-material.js';
import { writePrompt } from '../requests/write-prompt.js';
import { toTimestamp } from '../timestamp.js';
import { createAgentIds } from './agent-ids.js';
import { AGENT_SCHEMA_VERSION, type AgentEntry, type AgentRequest } from './agent-records.js';
import { type AgentOptions, type AgentSettings, agentOptionsSchema } from './options.js';
import { drawSessionGraph, type GraphCall, type GraphEvent } from './session-graph.js';

const GENERATOR = 'agent';
/** What all sessions begin with. No session has this name. */
const SHARED_BLOCK = 'agent';

/** When sessions start: exponential gaps, the first at 0. */
const sessionStarts = function* ({ seed, numSessions, sessionArrivalRateRps }: AgentSettings): Generator<number> {
  const gapMs = exponential(createRandom(seed, 'arrivals'), sessionArrivalRateRps / 1000);
  let timeMs = 0;
  for (let session = 0; session < numSessions; session++) {
    yield toTimestamp(timeMs);
    timeMs += gapMs();
  }
};

/** A call or an event, and its place among those of one time: as they were drawn. */
interface Scheduled {
  timeMs: number;
  number: number;
  call?: GraphCall;
  event?: GraphEvent['event'];
}

/** All calls and events in order of time; no more than those of the sessions that are open are held. */
const timeline = function* (settings: AgentSettings): Generator<Scheduled> {
  const ids = createAgentIds(settings.seed);
  const waiting = createMinHeap<Scheduled>((a, b) => a.timeMs - b.timeMs || a.number - b.number);
  let number = 0;
  let session = 0;
  for (const startMs of sessionStarts(settings)) {
    // What comes before a session starts cannot be overtaken any more.
    while ((waiting.peek()?.timeMs ?? startMs) < startMs) yield waiting.pop() as Scheduled;
    const random = createRandom(settings.seed, `session/${session}`);
    const { calls, events } = drawSessionGraph(session++, startMs, { settings, ids, random });
    for (const call of calls) waiting.push({ timeMs: toTimestamp(call.timeMs), number: number++, call });
    for (const { timeMs, event } of events) waiting.push({ timeMs: toTimestamp(timeMs), number: number++, event });
  }
  while (waiting.size > 0) yield waiting.pop() as Scheduled;
};

/** Writes the prompts of calls: each is the beginning of one text that its session has. */
const createContexts = (
  source: PromptSource,
  { seed, sharedPromptTokens, cacheFigures }: AgentSettings,
): {
  fill(call: GraphCall): AgentRequest;
  cache: CacheFigures | undefined;
  stated: StatedLengths;
  raised(): number;
} => {
  const cache = cacheFigures ? createCacheFigures() : undefined;
  const stated = createStatedLengths(source);
  let raised = 0;
  // From the last one down: traces count theirs from 0 up, and one workload may be merged with the other.
  const blockOf = (session: number): string => `${Math.max(0, source.distinctBlockNumbers - 1) - session}`;
  return {
    cache,
    stated,
    raised: () => raised,
    fill({ session, request }) {
      const tokens = Math.max(request.prompt_length, source.minPromptTokens);
      if (tokens > request.prompt_length) raised++;
      const contextTokens = tokens - source.trailingTokens;
      const sharedTokens = Math.min(sharedPromptTokens, contextTokens);
      const text = writePrompt(source, {
        tokens,
        random: createRandom(seed, `prompt/${GENERATOR}/${request.id}`),
        shared: [
          { block: SHARED_BLOCK, tokens: sharedTokens },
          { block: blockOf(session), tokens: contextTokens - sharedTokens },
        ],
        cache,
      });
      return { ...request, prompt: text, prompt_length: stated.of(text, tokens), context_length_planned: tokens };
    },
  };
};

/**
 * Sessions of an agent: model calls as requests, and tools, retries, joins and waits as events beside them. Sessions
 * start with exponential gaps.
 *
 * All prompts of a session are beginnings of one text, so each extends those that were shorter, and a prefix cache sees
 * what an agent's growing context would cause. A request waits for its `parents` to end, and then `delay_ms`, into which
 * tools and waits are resolved; its timestamp is when that is expected.
 *
 * @param material a prompt source; nothing without text
 * @throws BenchmarkError `usage` that names every problem of the options, or the source that is missing
 */
export const agent = (options: AgentOptions, material: Pick<PromptMaterial, 'source'>): GeneratedWorkload => {
  const settings = parseOptions(agentOptionsSchema, options, GENERATOR);
  const { seed, ...generatorOptions } = settings;
  const source = settings.withText ? material.source : undefined;
  if (settings.withText && !source) {
    throw new BenchmarkError('usage', 'agent needs a prompt source', { hint: 'Or leave texts out: withText false.' });
  }
  let contexts: ReturnType<typeof createContexts> | undefined;
  let sessions = 0;
  let events = 0;

  return {
    origin: {
      generator: GENERATOR,
      options: generatorOptions,
      seed,
      arrivals: {
        of: 'sessions',
        process: 'poisson',
        shape: null,
        rate: { kind: 'constant', rate_rps: settings.sessionArrivalRateRps },
      },
      tokenizer: source?.tokenizer,
      synthesis: source?.synthesis,
    },
    findings: () => ({
      statistics: { sessions, events, ...(contexts?.cache && { ideal_prefix_cache: contexts.cache.figures() }) },
      notes: [
        ...((contexts?.raised() ?? 0) > 0
          ? [`prompts raised to ${source?.minPromptTokens} tokens: ${contexts?.raised()}`]
          : []),
        ...(contexts?.stated.notes() ?? []),
      ],
    }),
    async *[Symbol.asyncIterator](): AsyncGenerator<AgentEntry> {
      contexts = source && createContexts(source, settings);
      sessions = 0;
      events = 0;
      let left = settings.maxRequests ?? Number.POSITIVE_INFINITY;
      let entry: AgentEntry | undefined;
      for (const { timeMs, call, event } of timeline(settings)) {
        if (call && left-- === 0) break;
        if (entry?.timestamp !== timeMs) {
          if (entry) yield entry;
          entry = { schema_version: AGENT_SCHEMA_VERSION, timestamp: timeMs, requests: [], events: [] };
        }
        if (call) {
          if (call.request.parents.length === 0) sessions++;
          entry.requests.push(contexts?.fill(call) ?? call.request);
        }
        if (event) {
          events++;
          entry.events.push(event);
        }
      }
      if (entry) yield entry;
    },
  };
};
