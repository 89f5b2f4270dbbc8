import { createClosings } from './closings.js';
import { LEAD_TEMPLATES, SENTENCE_TEMPLATES, SLOTS } from './phrase-bank.js';
import type { WriteText } from './piece.js';
import type { PlacedPieces } from './placed-pieces.js';
import { createSentences } from './sentences.js';
import { WORD_BANK } from './word-bank.js';

/** Above this many tokens left, whatever comes next can be closed. */
const CLOSING_TOKENS = 64;

/** English: a lead, random sentences, and a closing of the exact rest. Nothing is tokenised per text. */
export const createProse = (pieces: PlacedPieces): WriteText => {
  const leads = createSentences(pieces, LEAD_TEMPLATES, { adjective: WORD_BANK.adjective, noun: WORD_BANK.noun });
  const sentences = createSentences(pieces, SENTENCE_TEMPLATES, SLOTS);
  const longestTokens = Math.max(leads.maxTokens, sentences.maxTokens);
  // What is left when a sentence does not fit is at most that sentence and the longest rest that is looked at.
  const closings = createClosings(pieces, longestTokens + CLOSING_TOKENS);
  return (tokens, random, position) => {
    const parts: string[] = [];
    let remaining = tokens;
    while (remaining > 0) {
      const kept = parts.length;
      const drawn = kept === 0 ? leads.draw(random, position, parts) : sentences.draw(random, 'middle', parts);
      const left = remaining - drawn;
      if (left <= CLOSING_TOKENS && !closings.fits(left)) {
        parts.length = kept;
        break;
      }
      remaining = left;
    }
    closings.fill(remaining, random, parts.length === 0 ? position : 'middle', parts);
    return parts;
  };
};
