import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomically } from '@aibrix/core/files';
import type { ModelId } from './model-id.js';
import { readIfThere } from './read-if-there.js';

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where this package keeps the `tokenizer.json` of a model that it has downloaded. */
export const downloadedFile = (id: ModelId, cacheDir: string): string =>
  join(cacheDir, 'tokenizers', `${id.organization}--${id.model}`, id.revision, 'tokenizer.json');

const checksumFile = (file: string): string => `${file}.sha256`;

/** What an earlier download left; `undefined` when there is none, or when it is not what was downloaded. */
export const readDownloaded = async (file: string): Promise<Uint8Array | undefined> => {
  const [json, checksum] = await Promise.all([readIfThere(file), readIfThere(checksumFile(file))]);
  if (!json || !checksum) return undefined;
  return Buffer.from(checksum).toString('latin1').startsWith(sha256Of(json)) ? json : undefined;
};

/** Keeps a download and its checksum. The checksum is written first: a file without one does not count as downloaded. */
export const keepDownloaded = async (file: string, json: Uint8Array): Promise<void> => {
  // The format of sha256sum, so that `sha256sum -c` checks it too.
  await writeFileAtomically(checksumFile(file), `${sha256Of(json)}  tokenizer.json\n`);
  await writeFileAtomically(file, json);
};
