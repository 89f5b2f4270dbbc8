import type { PromptSession } from '@aibrix/schema';
import type { Tokenizer } from '@aibrix/synthesis';
import type { FoldedConversation } from './fold-conversation.js';

/**
 * A session record of a conversation; always with its fields in the same order.
 *
 * @param tokenizer counts the tokens of prompts and answers; without it there are no lengths
 */
export const sessionRecord = (
  sessionId: string | number,
  conversation: FoldedConversation,
  tokenizer?: Pick<Tokenizer, 'count'> | undefined,
): PromptSession => {
  const { system, prompts, completions } = conversation;
  const hasAnswers = completions.length > 0;
  return {
    session_id: sessionId,
    ...(system !== undefined && { system }),
    prompts,
    ...(hasAnswers && { completions }),
    ...(tokenizer && { prompt_lengths: prompts.map((text) => tokenizer.count(text)) }),
    ...(tokenizer && hasAnswers && { output_lengths: completions.map((text) => tokenizer.count(text)) }),
  };
};
