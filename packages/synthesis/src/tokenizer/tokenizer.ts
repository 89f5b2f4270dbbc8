/** Turns text into token ids and back. */
export interface Tokenizer {
  /** The id, path or built-in name it was asked for by. */
  readonly name: string;
  /**
   * SHA-256 of the definition, lowercase hex: of the bytes of `tokenizer.json`, or, for a built-in, of the `.tiktoken`
   * ranks file as its publisher distributes it.
   */
  readonly sha256: string;
  /** Token ids of `text`. No special token is added, and text that looks like one is plain text. */
  encode(text: string): Uint32Array;
  /**
   * Token ids of text that a chat template rendered: special tokens written in it are recognised, and none is added.
   * It is what a server does with the text it makes of messages.
   */
  encodeWithSpecialTokens(text: string): Uint32Array;
  /** Text of `ids`, special tokens included; bytes that are no UTF-8 become U+FFFD. */
  decode(ids: Uint32Array): string;
  /** Number of tokens of `text`, as `encode` has it. */
  count(text: string): number;
}
