import { createHash } from 'node:crypto';
import { BenchmarkError } from '@aibrix/core/errors';
import { Environment, Interpreter } from '@huggingface/jinja';
import { TEMPLATE_GLOBALS, TemplateRefusal } from './template-globals.js';
import { parseTemplate, type TemplateProgram } from './template-program.js';

/** A message in the form of the OpenAI chat API; other fields (`tool_calls`, `name`, …) reach the template untouched. */
export interface TemplateMessage {
  role: string;
  /** Text, or content parts; null where an assistant only called tools. */
  content: unknown;
}

/** What a server makes of messages before it tokenises them. */
export interface ChatTemplate {
  /** The Jinja source. */
  readonly text: string;
  /** SHA-256 of the source as UTF-8, lowercase hex. */
  readonly sha256: string;
  /**
   * The text of `messages`, special tokens written out.
   *
   * Content that is a list of text parts is joined by newlines first, as vLLM does for templates that expect text.
   *
   * @param options.addGenerationPrompt whether the header of the answer follows, as in a request for one. Default true
   * @throws BenchmarkError `tokenizer` when the template refuses the messages or fails on them
   */
  render(messages: readonly TemplateMessage[], options?: { addGenerationPrompt?: boolean | undefined }): string;
}

export interface ChatTemplateOptions {
  /** Where the source is from, for messages. */
  file?: string | undefined;
  /** Names and texts of special tokens that the template may print: `bos_token`, `eos_token`, …. */
  specialTokens?: Readonly<Record<string, unknown>> | undefined;
  /** Further variables, as a request's `chat_template_kwargs` sets them: `{ enable_thinking: false }`. */
  variables?: Readonly<Record<string, unknown>> | undefined;
}

const isTextPart = (part: unknown): part is { text: string } =>
  typeof part === 'object' &&
  part !== null &&
  'type' in part &&
  part.type === 'text' &&
  'text' in part &&
  typeof part.text === 'string';

const withPlainContent = (message: TemplateMessage): TemplateMessage => {
  const { content } = message;
  if (!Array.isArray(content) || !content.every(isTextPart)) return message;
  return { ...message, content: content.map((part) => part.text).join('\n') };
};

const NOT_A_TEMPLATE =
  'It must be a Jinja template of the kind that Hugging Face chat models have; another can be given as a file.';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes a chat template of its Jinja source, with the globals that templates of the Hugging Face hub use.
 * `strftime_now` tells a fixed date, `FIXED_DATE`.
 *
 * @throws BenchmarkError `tokenizer` when the source cannot be parsed
 */
export const createChatTemplate = (text: string, options: ChatTemplateOptions = {}): ChatTemplate => {
  const { file, specialTokens, variables } = options;
  const location = file === undefined ? undefined : { file };
  const parseSource = (): TemplateProgram => {
    if (!/\bmessages\b/.test(text)) {
      throw new BenchmarkError('tokenizer', 'is no chat template: it does not use the messages', {
        location,
        hint: NOT_A_TEMPLATE,
      });
    }
    try {
      return parseTemplate(text);
    } catch (cause) {
      throw new BenchmarkError('tokenizer', `the chat template cannot be parsed: ${messageOf(cause)}`, {
        cause,
        location,
        hint: NOT_A_TEMPLATE,
      });
    }
  };
  const program = parseSource();

  const failure = (cause: unknown): BenchmarkError =>
    cause instanceof TemplateRefusal
      ? new BenchmarkError('tokenizer', `the chat template refuses the messages: ${cause.message}`, {
          cause,
          location,
          hint: 'A server with this template would refuse them too: change the roles or their order.',
        })
      : new BenchmarkError('tokenizer', `the chat template cannot render the messages: ${messageOf(cause)}`, {
          cause,
          location,
          hint: 'Check that it is the template of this model and that the messages have the fields it reads; another can be given as a file.',
        });

  return {
    text,
    sha256: createHash('sha256').update(text).digest('hex'),
    render: (messages, { addGenerationPrompt = true } = {}) => {
      const environment = new Environment();
      const values = {
        ...TEMPLATE_GLOBALS,
        ...specialTokens,
        ...variables,
        messages: messages.map(withPlainContent),
        add_generation_prompt: addGenerationPrompt,
      };
      try {
        for (const [name, value] of Object.entries(values)) environment.set(name, value);
        const { value } = new Interpreter(environment).run(program);
        return value as string;
      } catch (cause) {
        throw failure(cause);
      }
    },
  };
};
