import { isJsonObject, type JsonObject } from './definition-json.js';
import { UnsupportedPart } from './pre-tokenizer.js';

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'];
const SUPPORTED = [...FORMS, 'Lowercase', 'StripAccents', 'Prepend', 'Replace'];

const partsOf = (normalizer: unknown): JsonObject[] => {
  if (normalizer === null || normalizer === undefined) return [];
  if (!isJsonObject(normalizer)) throw new UnsupportedPart('a normalizer that is no object');
  if (normalizer.type !== 'Sequence') return [normalizer];
  const parts = normalizer.normalizers;
  if (!Array.isArray(parts)) throw new UnsupportedPart('a Sequence of no normalizers');
  return parts.flatMap(partsOf);
};

/** @throws UnsupportedPart for a normalizer that was not found to agree with Hugging Face's library */
export const requireSupportedNormalizer = (normalizer: unknown): void => {
  for (const { type } of partsOf(normalizer)) {
    if (!SUPPORTED.includes(String(type))) throw new UnsupportedPart(`the normalizer ${String(type)}`);
  }
};

/** Whether `content` is found at the same places before and after normalization. */
export const leavesInPlace = (normalizer: unknown, content: string): boolean =>
  partsOf(normalizer).every(({ type }) => FORMS.includes(String(type)) && content.normalize(String(type)) === content);
