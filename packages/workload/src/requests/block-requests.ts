import { createRandom } from '@aibrix/core/random';
import type { WorkloadRequest } from '@aibrix/schema';
import { createStatedLengths, type PromptSource, type SharedBlock } from '@aibrix/synthesis';
import { createBlockReuse } from '../cache-figures/block-reuse.js';
import { createCacheFigures } from '../cache-figures/cache-figures.js';
import type { WorkloadFindings } from '../generated-workload.js';
import { createTargetTally } from './target-tally.js';
import { writePrompt } from './write-prompt.js';

/** A prompt as the names of its blocks. */
interface BlockPrompt {
  /** In order; the last may be cut. */
  blocks: readonly number[];
  inputTokens: number;
  outputTokens: number | null;
}

/** Makes requests whose prompts consist of named blocks: the same name, the same tokens. */
export interface BlockRequestMaker {
  next(prompt: BlockPrompt): WorkloadRequest;
  findings(): WorkloadFindings;
}

/**
 * Requests with prompts of exactly the wanted tokens in the source's count mode, made of blocks. Tokens beyond the blocks
 * are the prompt's own. In count mode `chat` the tokens of the template stand at the ends of the first and the last block.
 *
 * @param source undefined makes requests of lengths alone
 */
export const blockRequests = (
  source: PromptSource | undefined,
  options: { generator: string; seed: number | string; blockTokens: number; cacheFigures: boolean },
): BlockRequestMaker => {
  const { generator, seed, blockTokens } = options;
  const cache = source && options.cacheFigures ? createCacheFigures() : undefined;
  const reuse = createBlockReuse(blockTokens);
  const targets = createTargetTally();
  const stated = source && createStatedLengths(source);
  let number = 0;
  let raised = 0;
  let unsure = 0;

  const sharedOf = (blocks: readonly number[], tokens: number): SharedBlock[] => {
    let left = tokens;
    return blocks.map((block) => {
      const part = Math.min(left, blockTokens);
      left -= part;
      return { block: `${block}`, tokens: part };
    });
  };
  const made = (from: PromptSource, { blocks, inputTokens }: BlockPrompt): WorkloadRequest => {
    const random = createRandom(seed, `prompt/${generator}/${number++}`);
    const tokens = Math.max(inputTokens, from.minPromptTokens);
    if (tokens > inputTokens) raised++;
    const shared = sharedOf(blocks, Math.min(inputTokens, tokens - from.trailingTokens));
    const text = writePrompt(from, { tokens, random, shared, cache });
    return { prompt: text, prompt_length: stated?.of(text, tokens) ?? tokens };
  };
  return {
    next(prompt) {
      targets.add({ promptTokens: prompt.inputTokens, outputTokens: prompt.outputTokens });
      for (const block of prompt.blocks) {
        reuse.add(block);
        if (source && block >= source.distinctBlockNumbers) unsure++;
      }
      const request = source ? made(source, prompt) : { prompt_length: prompt.inputTokens };
      return { ...request, output_length: prompt.outputTokens };
    },
    findings: () => ({
      statistics: {
        ...targets.statistics(),
        trace_blocks: reuse.figures(),
        ...(cache && { ideal_prefix_cache: cache.figures() }),
      },
      notes: [
        ...(raised > 0 ? [`prompts raised to ${source?.minPromptTokens} tokens: ${raised}`] : []),
        ...(unsure > 0
          ? [
              `blocks with names from ${source?.distinctBlockNumbers} on, which differ within their first two tokens only in all likelihood: ${unsure}`,
            ]
          : []),
        ...(stated?.notes() ?? []),
      ],
    }),
  };
};
