import type { PlainPrompt, PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import { createFolder } from '../conversation/fold-conversation.js';
import { createUniqueIds } from '../conversation/unique-ids.js';
import { countNote } from '../gather/count-note.js';
import { answersBehindGap, type RecordedTurn, recordedSession } from '../gather/recorded-session.js';
import { type Exchange, inOrder, type SessionTurn } from './session-turns.js';
import type { UsableResult } from './usable-results.js';

/** A result that becomes a session of its own. */
export interface LoneSession {
  name: string;
  system: string | null;
  turns: RecordedTurn[];
}

/** Makes records of the results of one reading, and counts what its rules changed. */
export interface RecordBuilder {
  /** @param usable has one message */
  plainPrompt(usable: UsableResult): PlainPrompt;
  /** A request without a session, by the folding rule. */
  loneSession(usable: UsableResult): LoneSession | undefined;
  finishLoneSession(session: LoneSession): PromptSession;
  /** @param turns of one session, in any order */
  rebuiltSession(sessionId: string | number, turns: readonly SessionTurn[]): PromptSession;
  notes(): string[];
}

export const createRecordBuilder = (tokenizer: Pick<Tokenizer, 'count'> | undefined): RecordBuilder => {
  const folder = createFolder();
  const ids = createUniqueIds();
  const counts = {
    loneSessions: 0,
    joinedQuestions: 0,
    repeatedTurns: 0,
    missingTurns: 0,
    answersBehindGap: 0,
    reportedLengths: 0,
  };

  const promptTokens = (text: string): number | null => tokenizer?.count(text) ?? null;

  const answerTokens = (text: string | null, reported: number | null): number | null => {
    // A blank answer may have cost tokens: of reasoning, or of a call.
    if (tokenizer && text !== null && /\S/.test(text)) return tokenizer.count(text);
    if (reported !== null) counts.reportedLengths++;
    return reported;
  };

  const recordedTurn = ({ question, answer }: Exchange, reported: number | null): RecordedTurn => ({
    prompt: question,
    promptTokens: promptTokens(question),
    completion: answer,
    completionTokens: answerTokens(answer, reported),
  });

  return {
    plainPrompt({ result, input }) {
      const turn = recordedTurn(
        { question: input[0]?.text ?? '', answer: result.output ?? null },
        result.output_tokens ?? null,
      );
      return {
        prompt: turn.prompt,
        ...(turn.completion !== null && { completion: turn.completion }),
        ...(turn.promptTokens !== null && { token_count: turn.promptTokens }),
        ...(turn.completionTokens !== null && { completion_tokens: turn.completionTokens }),
      };
    },

    loneSession({ result, input }) {
      const folded = folder.fold([...input, { role: 'assistant', text: result.output ?? '' }]);
      if (!folded) return undefined;
      counts.loneSessions++;
      const last = folded.prompts.length - 1;
      // An answer that went on from one in the input has more tokens than the server reported.
      const reported = input.at(-1)?.role === 'assistant' ? null : (result.output_tokens ?? null);
      return {
        name: `request-${result.request_id}`,
        system: folded.system ?? null,
        turns: folded.prompts.map((question, turn) =>
          recordedTurn({ question, answer: folded.completions[turn] ?? null }, turn === last ? reported : null),
        ),
      };
    },

    finishLoneSession: ({ name, system, turns }) => recordedSession(ids.take(name), system ?? undefined, turns),

    rebuiltSession(sessionId, given) {
      const { turns: inTime, repeated } = inOrder(given);
      const turns = (inTime[0]?.history ?? []).map((exchange) => recordedTurn(exchange, null));
      let missing = 0;
      for (const turn of inTime) {
        missing = Math.max(missing, turn.exchangesBefore - turns.length);
        counts.joinedQuestions += turn.joinedQuestions;
        turns.push(recordedTurn(turn, turn.outputTokens));
      }
      counts.repeatedTurns += repeated;
      counts.missingTurns += missing;
      counts.answersBehindGap += answersBehindGap(turns);
      return recordedSession(ids.take(sessionId), inTime[0]?.system ?? undefined, turns);
    },

    notes: () => [
      ...folder.notes(),
      ...countNote('results without a session, made sessions of their own', counts.loneSessions),
      ...countNote('questions of a session joined to the one right before', counts.joinedQuestions),
      ...countNote('results of a turn that their session had before, left out', counts.repeatedTurns),
      ...countNote('turns that only the history of a later one shows, missing', counts.missingTurns),
      ...countNote('answers after a turn without one, left out', counts.answersBehindGap),
      ...countNote('lengths of answers as the server reported them', counts.reportedLengths),
      ...countNote('session ids that were there before, renamed', ids.renamed()),
    ],
  };
};
