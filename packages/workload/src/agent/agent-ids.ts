import { createHash } from 'node:crypto';

const HEX_DIGITS = 16;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);

/** Ids that say nothing and are the same for the same seed. */
export interface AgentIds {
  /** Of a session, its task or its state: `session_…`, `task_…`, `state_…`. Sessions are counted from 0. */
  of(kind: 'session' | 'task' | 'state', session: number): string;
  /** Of a node: `node_…`. */
  node(session: number, turn: number, label: string): string;
}

export const createAgentIds = (seed: number | string): AgentIds => ({
  of: (kind, session) => `${kind}_${digest(`${seed}:${kind}:${session}`)}`,
  node: (session, turn, label) => `node_${digest(`${seed}:node:${session}:${turn}:${label}`)}`,
});
