import type { Turn } from '../conversation/fold-conversation.js';
import { isQuestion, type UsableResult } from './usable-results.js';

const SEPARATOR = '\n\n';

/** A question, and its answer where there is one. */
export interface Exchange {
  question: string;
  answer: string | null;
}

/** What a result says about its session. */
export interface SessionTurn extends Exchange {
  /** Number of the turn in its session. */
  turn: number | null;
  /** Seconds since the epoch. */
  startTime: number | null;
  /** Tokens of the answer as the server counted them. */
  outputTokens: number | null;
  system: string | null;
  /** User messages that were appended to one right before them. */
  joinedQuestions: number;
  /** Exchanges in the history that was sent before the question. */
  exchangesBefore: number;
  /** Those exchanges; empty where another turn of the session has fewer. */
  history: Exchange[];
}

const joined = (turns: Turn[]): string => turns.map(({ text }) => text).join(SEPARATOR);

/** A history as exchanges: questions in a row are one, answers in a row too, and an answer may be blank. */
const exchangesOf = (history: readonly Turn[]): Exchange[] => {
  const exchanges: Exchange[] = [];
  let questions: Turn[] = [];
  for (const turn of history) {
    const last = exchanges.at(-1);
    if (isQuestion(turn)) {
      questions.push(turn);
    } else if (turn.role === 'assistant' && questions.length > 0) {
      exchanges.push({ question: joined(questions), answer: turn.text });
      questions = [];
    } else if (turn.role === 'assistant' && last) {
      last.answer += SEPARATOR + turn.text;
    }
  }
  return exchanges;
};

/**
 * The turn that a result stands for: its question is what the user said after the last answer in its input. Undefined
 * when that is nothing.
 */
export const sessionTurn = ({ result, input }: UsableResult): SessionTurn | undefined => {
  const historyEnd = input.findLastIndex(({ role }) => role === 'assistant') + 1;
  const questions = input.slice(historyEnd).filter(isQuestion);
  if (questions.length === 0) return undefined;
  const history = exchangesOf(input.slice(0, historyEnd));
  const systems = input.filter(({ role, text }) => role === 'system' && /\S/.test(text));
  return {
    turn: result.turn ?? null,
    startTime: result.start_time ?? null,
    question: joined(questions),
    answer: result.output ?? null,
    outputTokens: result.output_tokens ?? null,
    system: systems.length > 0 ? joined(systems) : null,
    joinedQuestions: questions.length - 1,
    exchangesBefore: history.length,
    history,
  };
};

/** Sorted by a number, where all have it; equal ones stay in their order. */
const sortedBy = (
  turns: readonly SessionTurn[],
  numberOf: (turn: SessionTurn) => number | null,
): SessionTurn[] | undefined =>
  turns.every((turn) => numberOf(turn) !== null)
    ? turns.toSorted((a, b) => (numberOf(a) as number) - (numberOf(b) as number))
    : undefined;

/**
 * Turns in the order in which they took place: by number, else by start, else by the length of their history, each where
 * all have it; what is equal stays in its order. A turn whose number was there before is left out.
 */
export const inOrder = (turns: readonly SessionTurn[]): { turns: SessionTurn[]; repeated: number } => {
  const byTime = sortedBy(turns, ({ startTime }) => startTime) ?? turns;
  const byTurn = sortedBy(byTime, ({ turn }) => turn);
  if (byTurn) {
    const once = byTurn.filter(({ turn }, index) => index === 0 || turn !== byTurn[index - 1]?.turn);
    return { turns: once, repeated: byTurn.length - once.length };
  }
  if (byTime !== turns) return { turns: [...byTime], repeated: 0 };
  return { turns: sortedBy(turns, ({ exchangesBefore }) => exchangesBefore) ?? [...turns], repeated: 0 };
};
