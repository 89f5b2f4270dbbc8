import type { ChatMessage, WorkloadRequest } from '@aibrix/schema';
import type { ChunkFormat } from './chunk-format.js';
import type { LengthControl } from './length-control.js';
import type { WholeFormat } from './whole-format.js';

/** The APIs of OpenAI-compatible servers that can be asked. */
export const APIS = ['chat', 'completions', 'responses', 'embeddings'] as const;

export type Api = (typeof APIS)[number];

/** The options that decide what a request says. */
export interface BodyOptions {
  /** Used unless the request names a model. */
  model: string;
  streaming: boolean;
  /** Most tokens an answer may have; null: no limit. */
  outputTokenLimit: number | null;
  lengthControl: LengthControl;
  temperature: number;
  /** Parts the server's prefix cache; null: not sent. */
  cacheSalt: string | null;
  /** Usage in every chunk of a stream. */
  continuousUsage: boolean;
  /** `prompt_token_ids` go first where a request has them and text too. */
  sendTokenIds: boolean;
  /** Further fields of the body, which win. */
  extraBody: Readonly<Record<string, unknown>>;
}

/** Why an API cannot take a request. */
export interface RequestProblem {
  message: string;
  hint: string;
}

/** One API: what is sent, and how its answers are read. */
export interface Protocol {
  readonly path: string;
  /**
   * Whether tokens are generated: then answers can be streamed and have lengths, and a turn of a session holds the
   * conversation before it. Otherwise each request is sent as it stands.
   */
  readonly isGenerative: boolean;
  /** What keeps a request from being sent; null when nothing does. */
  problemOf(request: WorkloadRequest, options: Pick<BodyOptions, 'sendTokenIds'>): RequestProblem | null;
  /** The fields of a request's body. `messages` is the conversation, the request's own messages last. */
  fieldsOf(request: WorkloadRequest, messages: readonly ChatMessage[], options: BodyOptions): Record<string, unknown>;
  /** Reads an event of a streamed answer. */
  readonly readChunk: ChunkFormat;
  /** Reads an answer that comes whole. */
  readonly whole: WholeFormat;
}
