/** A message as the rule sees it: whatever the source calls its senders. */
export interface Turn {
  /** `other` is anything that is no part of a conversation in text, such as a tool's message. */
  role: 'system' | 'user' | 'assistant' | 'other';
  text: string;
}

/** A conversation as questions and answers in turn. */
export interface FoldedConversation {
  system?: string;
  /** At least one. */
  prompts: string[];
  /** `completions[i]` answers `prompts[i]`. As many as prompts, or one fewer: a last prompt may have no answer. */
  completions: string[];
}

/** How often the rule changed something. Nothing but `withoutUser` is counted of a conversation that is left out whole. */
export interface FoldTally {
  /** Conversations without a user message, left out. */
  withoutUser: number;
  /** Messages of another role, left out. */
  otherRole: number;
  /** Messages of the three roles with nothing but white space, left out. */
  empty: number;
  /** Answers before the first user message, left out. */
  earlyAnswers: number;
  /** System messages after the first user message, moved to the front. */
  lateSystem: number;
  /** System messages that were appended to one before them. */
  joinedSystem: number;
  /** User messages that were appended to one right before them. */
  joinedPrompts: number;
  /** Answers that were appended to one right before them. */
  joinedCompletions: number;
  /** Conversations whose last prompt has no answer; it is kept. */
  unanswered: number;
}

const SEPARATOR = '\n\n';

const WORDS: Record<keyof FoldTally, string> = {
  withoutUser: 'conversations without a question, left out',
  otherRole: 'messages of other roles, left out',
  empty: 'empty messages, left out',
  earlyAnswers: 'answers before the first question, left out',
  lateSystem: 'system messages after the first question, moved to the front',
  joinedSystem: 'system messages joined to the one before',
  joinedPrompts: 'questions joined to the one right before',
  joinedCompletions: 'answers joined to the one right before',
  unanswered: 'last questions without an answer, kept',
};

const newTally = (): FoldTally => ({
  withoutUser: 0,
  otherRole: 0,
  empty: 0,
  earlyAnswers: 0,
  lateSystem: 0,
  joinedSystem: 0,
  joinedPrompts: 0,
  joinedCompletions: 0,
  unanswered: 0,
});

const isBlank = (text: string): boolean => !/\S/.test(text);

/** Appends to the last text of a list. */
const joinToLast = (texts: string[], text: string): void => {
  texts.push(`${texts.pop()}${SEPARATOR}${text}`);
};

const foldInto = (tally: FoldTally, turns: readonly Turn[]): FoldedConversation => {
  const prompts: string[] = [];
  const completions: string[] = [];
  let system: string | undefined;
  for (const { role, text } of turns) {
    if (role === 'other') {
      tally.otherRole++;
    } else if (isBlank(text)) {
      tally.empty++;
    } else if (role === 'system') {
      if (prompts.length > 0) tally.lateSystem++;
      if (system !== undefined) tally.joinedSystem++;
      system = system === undefined ? text : `${system}${SEPARATOR}${text}`;
    } else if (role === 'user') {
      if (prompts.length === completions.length) {
        prompts.push(text);
      } else {
        tally.joinedPrompts++;
        joinToLast(prompts, text);
      }
    } else if (prompts.length === 0) {
      tally.earlyAnswers++;
    } else if (completions.length < prompts.length) {
      completions.push(text);
    } else {
      tally.joinedCompletions++;
      joinToLast(completions, text);
    }
  }
  if (completions.length < prompts.length) tally.unanswered++;
  return { ...(system !== undefined && { system }), prompts, completions };
};

/**
 * The one rule by which messages become a session, with a count of what it changed:
 *
 * - messages of another role, and messages with nothing but white space, are left out;
 * - system messages are joined into one, those after the first user message too;
 * - answers before the first user message are left out;
 * - several user messages in a row become one prompt, several answers in a row one completion;
 * - a last prompt without an answer is kept;
 * - a conversation without a user message gives `undefined`.
 *
 * "In a row" is after leaving out and taking out the system messages. What is joined is joined by a blank line; text is
 * otherwise unchanged, and not trimmed.
 */
export const createFolder = (): {
  fold(turns: readonly Turn[]): FoldedConversation | undefined;
  /** Counts so far. */
  tally(): FoldTally;
  /** The counts that are not 0, in words, for a manifest. */
  notes(): string[];
} => {
  const tally = newTally();
  return {
    fold(turns) {
      if (turns.some(({ role, text }) => role === 'user' && !isBlank(text))) return foldInto(tally, turns);
      tally.withoutUser++;
      return undefined;
    },
    tally: () => ({ ...tally }),
    notes: () =>
      Object.entries(WORDS).flatMap(([rule, words]) => {
        const count = tally[rule as keyof FoldTally];
        return count === 0 ? [] : [`${words}: ${count}`];
      }),
  };
};
