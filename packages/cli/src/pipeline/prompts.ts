import { BenchmarkError } from '@aibrix/core/errors';
import {
  type ChatFrame,
  createChatFrame,
  createPromptSource,
  type LoadTokenizerOptions,
  loadChatTemplate,
  loadTokenizer,
  type PromptSource,
  type Tokenizer,
} from '@aibrix/synthesis';
import { bytes } from '../output/format.js';
import type { Context } from './context.js';

export interface PromptSettings {
  /** A built-in name, a path, or a Hugging Face id. */
  tokenizer: string;
  seed: number | string;
  content: 'prose' | 'random-words';
  countMode: 'prompt' | 'chat';
  /** A Jinja file in place of the tokenizer's own template. */
  chatTemplate?: string | undefined;
}

/** Loads the tokenizer of a pipeline once, when a stage first needs it. */
export class Prompts {
  readonly #settings: PromptSettings;
  readonly #context: Context;
  #tokenizer: Promise<Tokenizer> | undefined;
  #source: Promise<PromptSource> | undefined;

  /** @throws BenchmarkError `usage` for a chat template that nothing would count */
  constructor(settings: PromptSettings, context: Context) {
    if (settings.chatTemplate !== undefined && settings.countMode !== 'chat') {
      throw new BenchmarkError('usage', 'a chat template is given, and count mode prompt does not look at it', {
        hint: 'Add --count-mode chat (key count_mode), or leave the template away.',
      });
    }
    this.#settings = settings;
    this.#context = context;
  }

  tokenizer(): Promise<Tokenizer> {
    this.#tokenizer ??= loadTokenizer(this.#settings.tokenizer, this.#loadOptions());
    return this.#tokenizer;
  }

  /** Another tokenizer than the settings', where a name is given. */
  tokenizerNamed(name: string | undefined): Promise<Tokenizer> {
    return name === undefined || name === this.#settings.tokenizer
      ? this.tokenizer()
      : loadTokenizer(name, this.#loadOptions());
  }

  source(): Promise<PromptSource> {
    this.#source ??= this.#createSource();
    return this.#source;
  }

  async #createSource(): Promise<PromptSource> {
    const { seed, content, countMode } = this.#settings;
    const tokenizer = await this.tokenizer();
    const chat = countMode === 'chat' ? await this.chatFrame() : undefined;
    const source = createPromptSource(tokenizer, { seed, content, chat });
    const { method, sampled_prompts: sampled, wrong_prompts: wrong, max_error_tokens: error } = source.synthesis;
    const { reporter } = this.#context;
    if (wrong > 0) {
      reporter.warn(
        `tokenizer ${tokenizer.name} cannot make prompts of exact lengths: of ${sampled} tried, ${wrong} were off, by up to ${error} tokens`,
      );
    } else if (method === 'verified') {
      reporter.line(`tokenizer ${tokenizer.name} does not add up, so every prompt is counted (slower)`);
    }
    return source;
  }

  /** What the chat template puts around a message. */
  async chatFrame(): Promise<ChatFrame> {
    const { chatTemplate: file, tokenizer: name } = this.#settings;
    const tokenizer = await this.tokenizer();
    const template = await loadChatTemplate(name, { ...this.#loadOptions(), file });
    if (template) return createChatFrame(tokenizer, template);
    throw new BenchmarkError('usage', `${name} has no chat template to count with`, {
      hint: 'Give the template that the server uses with --chat-template (key chat_template), or count mode prompt.',
    });
  }

  #loadOptions(): LoadTokenizerOptions {
    const { environment, reporter, drainSignal } = this.#context;
    return {
      env: environment,
      signal: drainSignal,
      onProgress: ({ file, receivedBytes, totalBytes }) => {
        const total = totalBytes === null ? '' : ` of ${bytes(totalBytes)}`;
        reporter.status(`tokenizer downloading ${file}: ${bytes(receivedBytes)}${total}`);
      },
    };
  }
}
