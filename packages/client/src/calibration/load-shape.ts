import type { CalibrationShape } from '@aibrix/schema';

/** A shape with what a calibration needs beside it. */
export interface LoadShape extends CalibrationShape {
  /** Requests a second that any machine carries: where the search begins. */
  startRate: number;
}

/**
 * `coalesced`: what a request costs, however its answer comes. `paced`: what each read costs, with hundreds of streams open at
 * once. `long-prompt`: what the bytes of a request cost.
 */
export const LOAD_SHAPES: Readonly<Record<string, LoadShape>> = {
  coalesced: {
    name: 'coalesced',
    description: '100-token prompts, 64 tokens in one write',
    prompt_tokens: 100,
    chunks: 64,
    first_token_ms: 5,
    gap_ms: null,
    startRate: 500,
  },
  paced: {
    name: 'paced',
    description: '100-token prompts, 64 tokens 10 ms apart, a write each',
    prompt_tokens: 100,
    chunks: 64,
    first_token_ms: 20,
    gap_ms: 10,
    startRate: 250,
  },
  'long-prompt': {
    name: 'long-prompt',
    description: '50,000-token prompts (250 KB), 64 tokens in one write',
    prompt_tokens: 50_000,
    chunks: 64,
    first_token_ms: 5,
    gap_ms: null,
    startRate: 20,
  },
};
