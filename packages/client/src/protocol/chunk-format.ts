import type { Failure } from '../exchange/failure.js';
import type { Loose, Usage } from './answer.js';

/** What one event of a stream says. */
export interface ChunkContent {
  /** Text of the answer, without reasoning. */
  text: string;
  /** Text of tool calls: name and arguments. */
  toolCalls: string;
  /** Whether it carries tokens: text, reasoning or a tool call, none of them empty. */
  isToken: boolean;
  usage: Usage | null;
  finishReason: string | null;
  /** It shows that the answer is whole; the usage may still follow. */
  showsEnd: boolean;
  /** Nothing follows. */
  isLast: boolean;
  failure: Failure | null;
}

/** Of an event that says nothing. */
export const emptyContent = (): ChunkContent => ({
  text: '',
  toolCalls: '',
  isToken: false,
  usage: null,
  finishReason: null,
  showsEnd: false,
  isLast: false,
  failure: null,
});

/** Makes `content` empty again: one object serves a whole stream, so that an event costs none. */
export const clearContent = (content: ChunkContent): void => {
  content.text = '';
  content.toolCalls = '';
  content.isToken = false;
  content.usage = null;
  content.finishReason = null;
  content.showsEnd = false;
  content.isLast = false;
  content.failure = null;
};

/** Puts what a parsed event says into `content`, which is empty before. */
export type ChunkFormat = (event: Loose, content: ChunkContent) => void;
