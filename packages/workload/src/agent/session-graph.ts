import type { Random } from '@aibrix/core/random';
import type { AgentIds } from './agent-ids.js';
import { AGENT_SCHEMA_VERSION, type AgentEvent, type AgentRequest } from './agent-records.js';
import type { AgentSettings } from './options.js';

/** A model call at its expected time, without its text. */
export interface GraphCall {
  timeMs: number;
  /** Number of the session, from 0. */
  session: number;
  request: AgentRequest & { prompt_length: number };
}

/** What happens beside the calls. */
export interface GraphEvent {
  timeMs: number;
  event: AgentEvent;
}

/** Everything of one session, in the order in which it was drawn. */
export interface SessionGraph {
  calls: GraphCall[];
  events: GraphEvent[];
}

const drawWhole = (random: Random, [minimum, maximum]: readonly [number, number]): number =>
  minimum + random.below(maximum - minimum + 1);

/**
 * Draws the graph of a session. Each turn: a plan; its tools at once, each tried again after a failure while attempts
 * remain (the last never fails); a join when the last ends; a follow-up; and, but for the last turn, a wait.
 */
export const drawSessionGraph = (
  session: number,
  startMs: number,
  { settings, ids, random }: { settings: AgentSettings; ids: AgentIds; random: Random },
): SessionGraph => {
  const graph: SessionGraph = { calls: [], events: [] };
  const [session_id, task_id] = [ids.of('session', session), ids.of('task', session)];
  const state_refs = [ids.of('state', session)];
  const shared = { schema_version: AGENT_SCHEMA_VERSION, task_id, state_refs } as const;

  const addCall = (call: {
    timeMs: number;
    turn: number;
    phase: 'plan' | 'followup';
    parentIds: string[];
    tokens: number;
    addedTokens: number;
    after: { id: string; delayMs: number } | undefined;
  }): { id: string; endMs: number } => {
    const { timeMs, turn, phase, tokens, after } = call;
    const id = ids.node(session, turn, phase);
    const latencyMs = drawWhole(random, settings.modelLatencyMs);
    graph.calls.push({
      timeMs,
      session,
      request: {
        id,
        prompt_length: tokens,
        output_length: settings.outputTokens,
        session_id,
        parents: after ? [after.id] : [],
        ...(after && { delay_ms: after.delayMs }),
        context_length_planned: tokens,
        agent: {
          ...shared,
          node_id: id,
          parent_ids: call.parentIds,
          node_type: 'model',
          turn,
          phase,
          expected_latency_ms: latencyMs,
          context_delta_tokens: call.addedTokens,
        },
      },
    });
    return { id, endMs: timeMs + latencyMs };
  };

  const addEvent = (timeMs: number, event: Omit<AgentEvent, keyof typeof shared | 'session_id'>): void => {
    graph.events.push({ timeMs, event: { ...shared, session_id, ...event } });
  };

  /** One tool with its retries; when it ends, and with which node. */
  const addTool = (
    turn: number,
    branch: number,
    plan: { id: string; endMs: number },
  ): { id: string; endMs: number } => {
    let last = plan;
    for (let attempt = 0; ; attempt++) {
      const node_id = ids.node(session, turn, `tool-${branch}-${attempt}`);
      const duration_ms = drawWhole(random, settings.toolLatencyMs);
      const hasFailed = random.next() < settings.retryProbability && attempt < settings.maxToolRetries;
      addEvent(last.endMs, {
        node_id,
        parent_ids: [last.id],
        node_type: attempt === 0 ? 'tool' : 'retry',
        turn,
        branch,
        attempt,
        duration_ms,
        status: hasFailed ? 'failed' : 'succeeded',
        side_effects: false,
        context_delta_tokens: hasFailed ? 0 : settings.toolResultTokens,
      });
      last = { id: node_id, endMs: last.endMs + duration_ms };
      if (!hasFailed) return last;
    }
  };

  const turns = drawWhole(random, settings.turnsPerSession);
  let startOfTurnMs = startMs;
  let parentIds: string[] = [];
  let after: { id: string; delayMs: number } | undefined;
  for (let turn = 0; turn < turns; turn++) {
    const planTokens = settings.initialPromptTokens + turn * settings.contextGrowthTokens;
    const addedTokens = turn === 0 ? settings.initialPromptTokens : settings.contextGrowthTokens;
    const plan = addCall({
      timeMs: startOfTurnMs,
      turn,
      phase: 'plan',
      parentIds,
      tokens: planTokens,
      addedTokens,
      after,
    });

    const toolCount = drawWhole(random, settings.parallelTools);
    const tools = Array.from({ length: toolCount }, (_, branch) => addTool(turn, branch, plan));
    const joinMs = Math.max(...tools.map(({ endMs }) => endMs));
    const joinId = ids.node(session, turn, 'join');
    const nothing = { duration_ms: 0, context_delta_tokens: 0 };
    addEvent(joinMs, { node_id: joinId, parent_ids: tools.map(({ id }) => id), node_type: 'join', turn, ...nothing });

    const followup = addCall({
      timeMs: joinMs,
      turn,
      phase: 'followup',
      parentIds: [joinId],
      tokens: planTokens + toolCount * settings.toolResultTokens,
      addedTokens: 0,
      after: { id: plan.id, delayMs: joinMs - plan.endMs },
    });
    if (turn === turns - 1) break;
    const waitId = ids.node(session, turn, 'wait');
    const waitMs = drawWhole(random, settings.thinkTimeMs);
    addEvent(followup.endMs, {
      node_id: waitId,
      parent_ids: [followup.id],
      node_type: 'wait',
      turn,
      duration_ms: waitMs,
      context_delta_tokens: 0,
    });
    startOfTurnMs = followup.endMs + waitMs;
    parentIds = [waitId];
    after = { id: followup.id, delayMs: waitMs };
  }
  return graph;
};
