import type { WorkloadRequest } from '@aibrix/schema';
import { textsOfMessages } from '../pool/texts-of-messages.js';
import { type CachedConversation, createCacheFigures, type WorkloadCacheFigures } from './cache-figures.js';

/** Turns text into the tokens that a server looks up. */
export interface PromptEncoder {
  encode(text: string): Uint32Array;
  /** A prompt that is the only message, template included. Default: as `encode`. */
  encodeWhole?(prompt: string): Uint32Array;
}

/** Looks the requests of a workload up in ideal prefix caches, in the order of the file. */
export interface RequestCache {
  /**
   * Turns of a session are looked up with the conversation so far; recorded answers are a part of it.
   *
   * @returns tokens of the request's own text; undefined for one without text
   */
  add(request: WorkloadRequest): number | undefined;
  /** The prompt of a request without a session, of which it is known that it came before and has `tokens` tokens. */
  addAgain(tokens: number): void;
  /** Says that no turn of this session follows, so that it need not be remembered. */
  endSession(id: string | number): void;
  /** Requests without text. */
  readonly withoutText: number;
  figures(): WorkloadCacheFigures[];
}

interface Conversation {
  growing: CachedConversation;
  /** The recorded answer to the last turn. */
  answer: string | null;
}

const joined = (lists: readonly Uint32Array[]): Uint32Array => {
  const [only] = lists;
  if (only && lists.length === 1) return only;
  const all = new Uint32Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
};

/**
 * Starts with empty caches. A request with `parents` holds its whole context, so it is looked up as it stands. Memory
 * grows with the number of different blocks (10 to 13 bytes each) and of open sessions, each with its last
 * recorded answer as text until the next turn.
 */
export const createRequestCache = (encoder: PromptEncoder): RequestCache => {
  const cache = createCacheFigures();
  const conversations = new Map<string, Conversation>();
  let withoutText = 0;
  const encode = (text: string): Uint32Array => encoder.encode(text);
  const encodeWhole = (prompt: string): Uint32Array => encoder.encodeWhole?.(prompt) ?? encoder.encode(prompt);

  const conversationOf = (id: string | number): Conversation => {
    const found = conversations.get(String(id));
    if (found) return found;
    const opened: Conversation = { growing: cache.openConversation(), answer: null };
    conversations.set(String(id), opened);
    return opened;
  };
  const textsOf = ({ prompt, messages }: WorkloadRequest): string[] | undefined => {
    if (messages != null) return textsOfMessages({ messages });
    return prompt == null ? undefined : [prompt];
  };
  return {
    add(request) {
      const texts = textsOf(request);
      if (!texts) {
        withoutText++;
        return undefined;
      }
      if (request.session_id == null || request.parents != null) {
        const whole = request.messages == null ? encodeWhole(texts[0] ?? '') : joined(texts.map(encode));
        cache.add(whole);
        return whole.length;
      }
      const conversation = conversationOf(request.session_id);
      const own = joined(texts.map(encode));
      conversation.growing.add(conversation.answer === null ? own : joined([encode(conversation.answer), own]));
      conversation.answer = request.completion ?? null;
      return own.length;
    },
    addAgain: cache.addAgain,
    endSession(id) {
      conversations.delete(String(id));
    },
    get withoutText() {
      return withoutText;
    },
    figures: cache.figures,
  };
};
