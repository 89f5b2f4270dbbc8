import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '@aibrix/core/files';
import type { ModelFile } from './model-file.js';
import { readIfThere } from './read-if-there.js';

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Where this package keeps a file of a model that it has downloaded. */
export const downloadedFile = ({ id, fileName }: ModelFile, cacheDir: string): string =>
  join(cacheDir, 'tokenizers', `${id.organization}--${id.model}`, id.revision, fileName);

const checksumFile = (file: string): string => `${file}.sha256`;

/** What an earlier download left; `undefined` when there is none, or when it is not what was downloaded. */
export const readDownloaded = async (file: string): Promise<Uint8Array | undefined> => {
  const [bytes, checksum] = await Promise.all([readIfThere(file), readIfThere(checksumFile(file))]);
  if (!bytes || !checksum) return undefined;
  return Buffer.from(checksum).toString('latin1').startsWith(sha256Of(bytes)) ? bytes : undefined;
};

/** Keeps a download and its checksum. The checksum is written first: a file without one does not count as downloaded. */
export const keepDownloaded = async (file: string, bytes: Uint8Array): Promise<void> => {
  // The format of sha256sum, so that `sha256sum -c` checks it too.
  await writeFileAtomically(checksumFile(file), `${sha256Of(bytes)}  ${basename(file)}\n`);
  await writeFileAtomically(file, bytes);
};

/** Forgets an earlier download, as the model no longer has the file. */
export const dropDownloaded = async (file: string): Promise<void> => {
  await rm(file, { force: true });
  await rm(checksumFile(file), { force: true });
};
