import { BenchmarkError } from '@aibrix/core/errors';

/** A JSON object whose fields are not known yet. */
export type JsonObject = Record<string, unknown>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A `tokenizer.json` that cannot be used, and why. */
export const unusable = (file: string, why: string, hint: string, cause?: unknown): BenchmarkError =>
  new BenchmarkError('tokenizer', `is not a usable tokenizer.json: ${why}`, { location: { file }, hint, cause });

const DOWNLOAD_AGAIN = 'Download the file again, from the repository of the model.';
const SNIFFED_BYTES = 200;
const TEXT_BELOW_BYTES = 0x20;

/** What stands in a file that is no JSON, as far as its first bytes tell. */
const otherContent = (bytes: Uint8Array): { why: string; hint: string } | undefined => {
  const start = Buffer.from(bytes.subarray(0, SNIFFED_BYTES)).toString('latin1');
  if (start.trim() === '') return { why: 'it is empty', hint: DOWNLOAD_AGAIN };
  if (/^\s*</.test(start)) {
    return {
      why: 'it is an HTML or XML page',
      hint: 'Download it again; a login or error page was saved in its place.',
    };
  }
  if (start.startsWith('version https://git-lfs')) {
    return { why: 'it is a pointer of Git LFS', hint: 'Run "git lfs pull" in the repository to get the file itself.' };
  }
  const isText = bytes
    .subarray(0, SNIFFED_BYTES)
    .every((byte) => byte >= TEXT_BELOW_BYTES || /\s/.test(String.fromCharCode(byte)));
  if (isText) return undefined;
  return {
    why: 'it is a binary file',
    hint: 'A SentencePiece model (tokenizer.model) must be converted: load it in transformers and save_pretrained writes the tokenizer.json.',
  };
};

/**
 * The object in the bytes of a `tokenizer.json`.
 *
 * @throws BenchmarkError `tokenizer` that says what is there instead
 */
export const parseDefinition = (file: string, bytes: Uint8Array): JsonObject => {
  const text = new TextDecoder().decode(bytes);
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (cause) {
    const other = otherContent(bytes);
    if (other) throw unusable(file, other.why, other.hint, cause);
    const message = (cause as Error).message;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? -1);
    const isCut = position >= text.trimEnd().length || /^Un(?:terminated|expected end)/.test(message);
    throw unusable(file, `${isCut ? 'it is cut off' : 'it is not JSON'}: ${message}`, DOWNLOAD_AGAIN, cause);
  }
  if (isJsonObject(definition) && isJsonObject(definition.model)) return definition;
  throw unusable(
    file,
    'it has no model',
    'It may be another file of the model (tokenizer_config.json, vocab.json, tekken.json); the one that is needed has a "model" with a vocabulary.',
  );
};
