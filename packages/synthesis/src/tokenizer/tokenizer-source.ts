import { stat } from 'node:fs/promises';
import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { type ModelId, parseModelId } from '../hugging-face/model-id.js';
import { BUILT_IN_TOKENIZERS } from './built-in.js';

/** What the name or path of a tokenizer stands for. */
export type TokenizerSource =
  | { kind: 'built-in'; name: string }
  | { kind: 'file'; file: string }
  | { kind: 'folder'; folder: string }
  | { kind: 'model'; id: ModelId };

const unknownTokenizer = (idOrPath: string): BenchmarkError => {
  // A path is told by its look; anything else was meant as a name.
  if (/^[.~/]|[/\\].*[/\\]|\\|\.json$/.test(idOrPath)) {
    return new BenchmarkError('file-not-found', `no such tokenizer file or folder: ${idOrPath}`, {
      hint: 'Check the path; relative paths start at the folder the command runs in.',
    });
  }
  const match = closestMatch(idOrPath, BUILT_IN_TOKENIZERS);
  return new BenchmarkError('tokenizer', `there is no tokenizer ${idOrPath}`, {
    hint: `${match ? `Did you mean ${match}? ` : ''}A tokenizer is a built-in (${BUILT_IN_TOKENIZERS.join(', ')}), a tokenizer.json or a folder that holds one, or a Hugging Face id such as org/model.`,
  });
};

/**
 * What `idOrPath` stands for: a built-in name, else a path that is there, else a Hugging Face id.
 *
 * @throws BenchmarkError `tokenizer` when it is none of them; `file-not-found` when it looks like a path
 */
export const tokenizerSource = async (idOrPath: string): Promise<TokenizerSource> => {
  if (BUILT_IN_TOKENIZERS.includes(idOrPath)) return { kind: 'built-in', name: idOrPath };
  const stats = await stat(idOrPath).catch(() => undefined);
  if (stats) return stats.isDirectory() ? { kind: 'folder', folder: idOrPath } : { kind: 'file', file: idOrPath };
  const id = parseModelId(idOrPath);
  if (id) return { kind: 'model', id };
  throw unknownTokenizer(idOrPath);
};
