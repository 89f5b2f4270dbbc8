import { BenchmarkError } from '@aibrix/core/errors';
import { createRandom } from '@aibrix/core/random';
import type { WorkloadRequest } from '@aibrix/schema';
import { chooseByScan } from '../matching/choose-by-scan.js';
import { createMatchTally } from '../matching/match-tally.js';
import { type TargetLengths, tolerances } from '../matching/target-lengths.js';
import type { PromptPool } from '../pool/prompt-pool.js';
import { PLAIN_USE, type PoolUse } from './prompt-material.js';
import type { RequestMaker } from './request-maker.js';
import { turnText } from './turn-text.js';

export interface SessionRequestsOptions {
  seed: number | string;
  /** First tolerance around the target lengths, in percent. */
  tolerancePercent: number;
  /** Sessions that are candidates at a time, the first that are not finished; null: all of them. */
  maxConcurrentSessions: number | null;
}

/** A session whose next prompt is a candidate. */
interface OpenSession {
  session: number;
  /** Number of its next prompt in the pool. */
  nextPrompt: number;
  /** Tokens of its conversation so far; null where an output length is not known. */
  contextTokens: number | null;
}

/**
 * Requests with the next unsent prompt of one of the first unfinished sessions of a dataset. With a target length one of
 * those that match is taken (a pass over the open sessions), else any of them. When all sessions are used up they start
 * again, under ids `<id>#2`, `<id>#3`, and so on.
 */
export const sessionRequests = (
  pool: PromptPool,
  options: SessionRequestsOptions,
  use: PoolUse = PLAIN_USE,
): RequestMaker => {
  const random = createRandom(options.seed, 'session-choice');
  const steps = tolerances(options.tolerancePercent);
  const tally = createMatchTally(options.tolerancePercent);
  const width = Math.min(options.maxConcurrentSessions ?? pool.sessions, pool.sessions);
  const open: OpenSession[] = [];
  /** How often all sessions are sent, this time included. */
  let round = 1;
  /** Sessions begun, over all rounds. */
  let started = 0;
  /** Sessions with a request, and of these the ones that had been used before. */
  let begun = 0;
  let begunAgain = 0;

  const refuseNumberedIds = (): void => {
    if (!pool.hasNumberedIds) return;
    throw new BenchmarkError('input', 'all sessions are used, and cannot start again under ids ending in #2', {
      location: { file: pool.name },
      hint: 'The dataset has such ids itself. Rename them, or ask for fewer requests.',
    });
  };
  const fill = (): void => {
    // A round begins when the one before is over, so all open sessions are of the same.
    if (open.length === 0 && started === round * pool.sessions) {
      round++;
      refuseNumberedIds();
    }
    for (; open.length < width && started < round * pool.sessions; started++) {
      const session = started % pool.sessions;
      open.push({ session, nextPrompt: pool.firstPromptOf(session), contextTokens: 0 });
    }
  };
  const openLengths = {
    promptTokens: (slot: number) => pool.promptTokens(open[slot]?.nextPrompt ?? 0),
    outputTokens: (slot: number) => pool.outputTokens(open[slot]?.nextPrompt ?? 0),
  };
  const chooseSlot = (target: TargetLengths): number => {
    if (target.promptTokens === null && target.outputTokens === null) return random.below(open.length);
    const choice = chooseByScan(open.keys(), openLengths, { target, tolerances: steps, random });
    tally.add(choice);
    return choice.candidate;
  };

  return {
    async next(target) {
      fill();
      const slot = chooseSlot(target);
      const chosen = open[slot];
      if (!chosen) throw new RangeError('a dataset of sessions has at least one');
      const prompt = chosen.nextPrompt++;
      const isFirst = prompt === pool.firstPromptOf(chosen.session);
      if (isFirst) {
        begun++;
        if (round > 1) begunAgain++;
      }
      const { text, system, completion, sessionId } = await pool.read(prompt);
      const promptTokens = pool.promptTokens(prompt);
      const outputTokens = target.outputTokens ?? pool.outputTokens(prompt);
      const request: WorkloadRequest = {
        ...(use.withText && turnText(text, isFirst ? system : undefined)),
        prompt_length: promptTokens,
        output_length: outputTokens,
        session_id: round === 1 ? sessionId : `${sessionId}#${round}`,
      };
      if (completion !== null && use.withText) request.completion = completion;
      if (chosen.contextTokens !== null) {
        request.context_length_planned = chosen.contextTokens + promptTokens;
        chosen.contextTokens = outputTokens === null ? null : request.context_length_planned + outputTokens;
      }
      use.cache?.add(request);
      if (chosen.nextPrompt === pool.firstPromptOf(chosen.session + 1)) {
        open.splice(slot, 1);
        use.cache?.endSession(request.session_id ?? '');
      }
      return request;
    },
    findings() {
      const notes = [...pool.notes, ...tally.notes()];
      if (begunAgain > 0) {
        notes.push(`sessions started again under ids ending in #2 and up, after all were used: ${begunAgain}`);
      }
      const cache = use.cache && { ideal_prefix_cache: use.cache.figures() };
      return { statistics: { sessions: begun, ...cache }, notes };
    },
  };
};
