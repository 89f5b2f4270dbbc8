export { type ChatFrame, createChatFrame } from './chat/chat-frame.js';
export {
  type ChatTemplate,
  type ChatTemplateOptions,
  createChatTemplate,
  type TemplateMessage,
} from './chat/chat-template.js';
export { FIXED_DATE } from './chat/fixed-date.js';
export { type LoadChatTemplateOptions, loadChatTemplate } from './chat/load-chat-template.js';
export type { DownloadProgress } from './hugging-face/download.js';
export { type HuggingFaceSettings, huggingFaceSettings } from './hugging-face/settings.js';
export { ChainHash } from './prefix-cache/chain-hash.js';
export { createFingerprintSet, type FingerprintSet } from './prefix-cache/fingerprint-set.js';
export {
  createIdealPrefixCache,
  type GrowingPrompt,
  type IdealPrefixCache,
  type PrefixCacheFigures,
} from './prefix-cache/ideal-prefix-cache.js';
export {
  createPromptSource,
  type PromptSource,
  type PromptSourceOptions,
  type PromptWithTokenIds,
  type SharedBlock,
} from './prompt/prompt-source.js';
export { createStatedLengths, type StatedLengths } from './prompt/stated-lengths.js';
export { BUILT_IN_TOKENIZERS } from './tokenizer/built-in.js';
export { type LoadTokenizerOptions, loadTokenizer } from './tokenizer/load-tokenizer.js';
export type { Tokenizer } from './tokenizer/tokenizer.js';
