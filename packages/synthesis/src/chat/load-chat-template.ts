import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import {
  type FoundFile,
  loadModelTemplateFiles,
  readTemplateFiles,
  type TemplateFiles,
} from '../hugging-face/load-model-template-files.js';
import { huggingFaceSettings } from '../hugging-face/settings.js';
import type { LoadTokenizerOptions } from '../tokenizer/load-tokenizer.js';
import { type TokenizerSource, tokenizerSource } from '../tokenizer/tokenizer-source.js';
import { type ChatTemplate, createChatTemplate } from './chat-template.js';
import { parseChatConfig } from './tokenizer-config.js';

export interface LoadChatTemplateOptions extends LoadTokenizerOptions {
  /** A file with the Jinja source to use in place of the tokenizer's own template. */
  file?: string | undefined;
  /** Further variables of the template, as a request's `chat_template_kwargs` sets them. */
  variables?: Readonly<Record<string, unknown>> | undefined;
}

const NO_FILES: TemplateFiles = { template: undefined, config: undefined };

const readExplicitFile = async (file: string): Promise<FoundFile> => {
  try {
    return { file, bytes: await readFile(file) };
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    if (isMissing)
      throw new BenchmarkError('file-not-found', `no such chat template file: ${file}`, {
        cause,
        hint: 'Check the path; relative paths start at the folder the command runs in.',
      });
    throw new BenchmarkError('tokenizer', `cannot be read: ${(cause as Error).message}`, { cause, location: { file } });
  }
};

/** A template that prints BOS would print nothing in its place, and be a token short. */
const requireSpecialTokens = (source: string, file: string, known: ReadonlySet<string>): void => {
  const missing = ['bos_token', 'eos_token'].filter((name) => source.includes(name) && !known.has(name));
  if (missing.length === 0) return;
  throw new BenchmarkError(
    'tokenizer',
    `the chat template prints ${missing.join(' and ')}, and nothing says what it is`,
    {
      location: { file },
      hint: 'Put the tokenizer_config.json of the model, which names the token, beside its tokenizer.json, or set it as a variable of the template.',
    },
  );
};

const templateOfFiles = (
  files: TemplateFiles,
  variables: Readonly<Record<string, unknown>>,
): ChatTemplate | undefined => {
  const config = files.config && parseChatConfig(files.config);
  const file = files.template?.file ?? files.config?.file;
  const text = files.template ? new TextDecoder().decode(files.template.bytes) : config?.template;
  if (text === undefined || file === undefined) return undefined;
  requireSpecialTokens(text, file, new Set([...(config?.namedTokens ?? []), ...Object.keys(variables)]));
  return createChatTemplate(text, { file, specialTokens: config?.specialTokens, variables });
};

const filesOf = async (
  source: TokenizerSource,
  options: LoadTokenizerOptions,
  needs: { check: (files: TemplateFiles) => boolean; isOptional: boolean },
): Promise<TemplateFiles> => {
  switch (source.kind) {
    case 'built-in':
      return NO_FILES;
    case 'file':
      return readTemplateFiles(dirname(source.file));
    case 'folder':
      return readTemplateFiles(source.folder);
    case 'model': {
      const { env = process.env, cacheDir, onProgress, signal } = options;
      return loadModelTemplateFiles(source.id, huggingFaceSettings(env, cacheDir), { onProgress, signal, ...needs });
    }
  }
};

/**
 * Loads the chat template that belongs to a tokenizer: of `options.file`, else of `chat_template.jinja` beside its
 * `tokenizer.json`, else the `chat_template` of the `tokenizer_config.json` there (of several, the one named
 * `default`). Special tokens come from that config. For a Hugging Face id both files come from the same caches and
 * the same endpoint as its `tokenizer.json`; a built-in has none, so it needs `options.file`.
 *
 * @returns `undefined` when the tokenizer has no template
 * @throws BenchmarkError `tokenizer` when a file is there and cannot be used, or cannot be downloaded;
 *   `file-not-found`, `usage` and `aborted` as `loadTokenizer`
 */
export const loadChatTemplate = async (
  idOrPath: string,
  options: LoadChatTemplateOptions = {},
): Promise<ChatTemplate | undefined> => {
  const { file, variables = {} } = options;
  const explicit = file === undefined ? undefined : await readExplicitFile(file);
  const withExplicit = (files: TemplateFiles): TemplateFiles => ({ ...files, template: explicit ?? files.template });
  const files = await filesOf(await tokenizerSource(idOrPath), options, {
    check: (found) => templateOfFiles(withExplicit(found), variables) !== undefined,
    isOptional: explicit !== undefined,
  });
  return templateOfFiles(withExplicit(files), variables);
};
