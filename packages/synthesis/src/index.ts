export type { DownloadProgress } from './hugging-face/download.js';
export { createPromptSource, type PromptSource } from './prompt/prompt-source.js';
export { BUILT_IN_TOKENIZERS } from './tokenizer/built-in.js';
export { type LoadTokenizerOptions, loadTokenizer } from './tokenizer/load-tokenizer.js';
export type { Tokenizer } from './tokenizer/tokenizer.js';
