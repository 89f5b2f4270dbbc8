import { BenchmarkError } from '@aibrix/core/errors';
import { type ChatTemplate, loadChatTemplate, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { createBlockNamer, type NamedSequence } from './block-names.js';
import { type PromptTokeniser, renderedTokeniser, textsTokeniser } from './prompt-tokens.js';

export interface PromptReaderOptions {
  /** A built-in name, a Hugging Face id or a path. */
  tokenizer: string;
  /** Whether a prompt is the texts of its messages, or what a chat template makes of them. */
  countMode: 'prompt' | 'chat';
  /** Jinja file of a chat template, in place of the tokenizer's own. */
  chatTemplate: string | undefined;
}

/** How prompts are turned into tokens and named blocks. */
export interface PromptReader {
  tokenizer: Tokenizer;
  /** Renders messages; null: the text of each on its own. */
  template: ChatTemplate | null;
  prompts: PromptTokeniser;
  nameBlocks: (sequence: NamedSequence) => Float64Array;
}

/** Some templates (Llama 3's) strip the texts of messages. */
const stripsAnswers = (template: ChatTemplate): boolean => {
  const messages = ['user', 'assistant', 'user'].map((role) => ({ role, content: ' time' }));
  return !template.render(messages).includes(' time');
};

/**
 * Loads a tokenizer, and a chat template where it is counted with.
 *
 * @throws BenchmarkError `tokenizer` when it cannot be loaded; `usage` when there is no template to count with
 */
export const loadPromptReader = async (options: PromptReaderOptions): Promise<PromptReader> => {
  const tokenizer = await loadTokenizer(options.tokenizer);
  if (options.countMode === 'prompt') {
    return {
      tokenizer,
      template: null,
      prompts: textsTokeniser(tokenizer),
      nameBlocks: createBlockNamer({ tokenizer, trimsAnswers: false }),
    };
  }
  const template = await loadChatTemplate(options.tokenizer, { file: options.chatTemplate });
  if (!template) {
    throw new BenchmarkError('usage', `${options.tokenizer} has no chat template to count with`, {
      hint: 'Name a file with one, or count without.',
    });
  }
  return {
    tokenizer,
    template,
    prompts: renderedTokeniser(tokenizer, template),
    nameBlocks: createBlockNamer({ tokenizer, trimsAnswers: stripsAnswers(template) }),
  };
};
