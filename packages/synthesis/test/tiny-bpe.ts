import { fileURLToPath } from 'node:url';

/** A folder with a small tokenizer in the Hugging Face format; its post-processor would add a BOS. */
export const TINY_BPE_FOLDER: string = fileURLToPath(new URL('../fixtures/tiny-bpe/', import.meta.url));
export const TINY_BPE_FILE: string = `${TINY_BPE_FOLDER}tokenizer.json`;
