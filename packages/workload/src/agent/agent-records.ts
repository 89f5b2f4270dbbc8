import type { WorkloadEntry, WorkloadRequest } from '@aibrix/schema';

/** Version of the records that an agent workload adds. */
export const AGENT_SCHEMA_VERSION = 'aibrix.agent-session.v1';

/** What every node of a session's graph has. Snake case: these stand in workload files. */
interface AgentNode {
  schema_version: typeof AGENT_SCHEMA_VERSION;
  task_id: string;
  node_id: string;
  /** Nodes that must have ended before this one. */
  parent_ids: string[];
  /** From 0. */
  turn: number;
  state_refs: string[];
  /** Tokens that the node adds to the context. */
  context_delta_tokens: number;
}

/** A model call, as a request carries it. */
export interface AgentCall extends AgentNode {
  node_type: 'model';
  phase: 'plan' | 'followup';
  expected_latency_ms: number;
}

/** Something that is no model call. Its time is resolved into the `delay_ms` of the request that waits for it. */
export interface AgentEvent extends AgentNode {
  session_id: string;
  node_type: 'tool' | 'retry' | 'join' | 'wait';
  duration_ms: number;
  /** The four below are of tools and retries only. Which of the turn's tools, from 0. */
  branch?: number;
  /** From 0. */
  attempt?: number;
  status?: 'failed' | 'succeeded';
  side_effects?: boolean;
}

/** A request of an agent workload. Its prompt is the whole context: nothing is put before it when it is sent. */
export interface AgentRequest extends WorkloadRequest {
  id: string;
  session_id: string;
  /** Ids of the requests that must have ended; empty for the first of a session. */
  parents: string[];
  agent: AgentCall;
}

/** A line of an agent workload. */
export interface AgentEntry extends WorkloadEntry {
  schema_version: typeof AGENT_SCHEMA_VERSION;
  requests: AgentRequest[];
  events: AgentEvent[];
}
