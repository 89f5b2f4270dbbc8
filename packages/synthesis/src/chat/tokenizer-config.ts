import { BenchmarkError } from '@aibrix/core/errors';
import type { FoundFile } from '../hugging-face/load-model-template-files.js';

/** What a `tokenizer_config.json` says about chats. */
export interface ChatConfig {
  /** The Jinja source of the default template; `undefined` when the config has none. */
  template: string | undefined;
  /** `bos_token`, `eos_token` and the like, as a template may print them. */
  specialTokens: Record<string, unknown>;
  /** Names of tokens that the config has, those that it says are none included. */
  namedTokens: string[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A token stands as text, or as an object that describes it. */
const tokenText = (value: unknown): string | undefined => {
  const text = isObject(value) ? value.content : value;
  return typeof text === 'string' ? text : undefined;
};

const specialTokensOf = (config: Record<string, unknown>): Record<string, unknown> => {
  const tokens: Record<string, unknown> = {};
  const named = { ...config, ...(isObject(config.extra_special_tokens) && config.extra_special_tokens) };
  for (const [name, value] of Object.entries(named)) {
    const text = name.endsWith('_token') ? tokenText(value) : undefined;
    if (text !== undefined) tokens[name] = text;
  }
  if (Array.isArray(config.additional_special_tokens)) {
    tokens.additional_special_tokens = config.additional_special_tokens.flatMap((token) => tokenText(token) ?? []);
  }
  return tokens;
};

const templateOf = (value: unknown, file: string): string | undefined => {
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  const named = (Array.isArray(value) ? value : []).filter(isObject);
  const byDefault = named.find(({ name }) => name === 'default')?.template;
  if (typeof byDefault === 'string') return byDefault;
  const names = named.map(({ name }) => String(name)).join(', ');
  throw new BenchmarkError('tokenizer', `chat_template is neither a text nor a list with one named "default"`, {
    location: { file },
    hint: `${names ? `It has ${names}: save` : 'Save'} the template you mean in a file of its own, and give that.`,
  });
};

/**
 * Reads a `tokenizer_config.json`.
 *
 * @throws BenchmarkError `tokenizer` when it is no JSON object, or has templates and none to take
 */
export const parseChatConfig = ({ file, bytes }: FoundFile): ChatConfig => {
  let config: unknown;
  try {
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new BenchmarkError('tokenizer', `is not JSON: ${(cause as Error).message}`, {
      cause,
      location: { file },
      hint: 'Download it again; it is the file of this name in the repository of the model.',
    });
  }
  if (!isObject(config)) {
    throw new BenchmarkError('tokenizer', 'is not a JSON object', {
      location: { file },
      hint: 'Download it again; it is the file of this name in the repository of the model.',
    });
  }
  return {
    template: templateOf(config.chat_template, file),
    specialTokens: specialTokensOf(config),
    namedTokens: Object.keys(config).filter((name) => name.endsWith('_token')),
  };
};
