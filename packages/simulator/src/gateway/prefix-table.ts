import { hash } from 'node:crypto';

/** Characters in a block, and blocks remembered: AIBrix's defaults with its tokenizer of characters. */
const BLOCK_CHARACTERS = 128;
const MAX_BLOCKS = 200_000;

/**
 * Names of the text's full blocks, each standing for its characters and all before them. With a part of a block at the
 * end no cache can be shared beyond the blocks before it.
 */
export const blocksOf = (text: string): string[] => {
  const blocks: string[] = [];
  let parent = '';
  for (let end = BLOCK_CHARACTERS; end <= text.length; end += BLOCK_CHARACTERS) {
    parent = hash('sha256', parent + text.slice(end - BLOCK_CHARACTERS, end), 'base64');
    blocks.push(parent);
  }
  return blocks;
};

/** Which pods were sent which beginnings of prompts. The least recently sent blocks are forgotten first. */
export class PrefixTable {
  // A Map keeps the order of insertion: what is looked up last is put at its end.
  readonly #podsByBlock = new Map<string, Set<string>>();
  readonly #maxBlocks: number;

  constructor(maxBlocks: number = MAX_BLOCKS) {
    this.#maxBlocks = maxBlocks;
  }

  /** For each pod the share of `blocks`, from 0 to 1, that it was sent from the first on. */
  matches(blocks: readonly string[], pods: readonly { name: string }[]): number[] {
    const counts = pods.map(() => 0);
    for (const [at, block] of blocks.entries()) {
      const holders = this.#podsByBlock.get(block);
      if (!holders) break;
      for (const [index, { name }] of pods.entries())
        if (counts[index] === at && holders.has(name)) counts[index] = at + 1;
    }
    return counts.map((count) => (blocks.length === 0 ? 0 : count / blocks.length));
  }

  /** Notes that `pod` was sent `blocks`. */
  add(blocks: readonly string[], pod: string): void {
    // From the last to the first, so that a beginning outlives what follows it.
    for (const block of blocks.toReversed()) {
      const holders = this.#podsByBlock.get(block) ?? new Set();
      this.#podsByBlock.delete(block);
      this.#podsByBlock.set(block, holders.add(pod));
    }
    for (const block of this.#podsByBlock.keys()) {
      if (this.#podsByBlock.size <= this.#maxBlocks) break;
      this.#podsByBlock.delete(block);
    }
  }

  /** Forgets what a pod was sent: its cache is gone. */
  forget(pod: string): void {
    for (const holders of this.#podsByBlock.values()) holders.delete(pod);
  }
}
