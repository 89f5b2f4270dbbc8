import type { LengthDistribution } from '@aibrix/core/lengths';
import type { TokenizerIdentity } from '@aibrix/schema';
import type { DatasetCacheFigures } from './cache-figures.js';
import type { ManifestCheck } from './check-manifest.js';
import type { LengthAgreement } from './length-agreement.js';
import type { TokenLengths } from './length-tally.js';
import type { PrefixGroupFigures } from './prefix-groups.js';
import type { RepeatFigures } from './repeats.js';

/**
 * What is in a dataset file. Snake case, and nothing but JSON: it is what `aibrix dataset inspect --json` prints. What is
 * not known is null.
 */
export interface DatasetInspection {
  /** As it was asked for, or `<stdin>`. */
  file: string;
  /** Of the content before compression, as the next. */
  bytes: number;
  /** Lowercase hex. */
  sha256: string;
  records: number;
  /** What the records are; `mixed` for more than one form, null for none. */
  form: 'plain' | 'session' | 'messages' | 'mixed' | null;
  forms: { plain: number; session: number; messages: number };
  /** Prompts to send: one of a plain or `messages` record, one a turn of a session. */
  prompts: number;
  /** Prompts with a recorded answer. */
  answers: number;
  sessions: number;
  /** Prompts of a session. Null without sessions. */
  turns: LengthDistribution | null;
  /** What counted; null where nothing was counted. */
  tokenizer: TokenizerIdentity | null;
  /** Tokens of each prompt's own text: of a session's turn without what came before it, of `messages` all their text. */
  prompt_tokens: TokenLengths;
  /** Tokens of each answer, recorded or to ask for. */
  output_tokens: TokenLengths;
  /**
   * Tokens of each prompt as a server sees it: in a session with the system message and all that was said before, chat
   * template not counted. Null without sessions, where it is `prompt_tokens`, and where nothing was counted.
   */
  context_tokens: LengthDistribution | null;
  /** Lengths that records state and the tokenizer counted. Null where there are none to compare. */
  stated_lengths: { prompts: LengthAgreement | null; outputs: LengthAgreement | null };
  /** Null where nothing was counted. */
  ideal_prefix_cache: DatasetCacheFigures | null;
  /** Null where no record states a `prefix_group`, and where nothing was counted. */
  prefix_groups: PrefixGroupFigures | null;
  /** Texts that are there again: of prompts, and of records (all prompts of a session with its system message). */
  duplicates: { prompts: RepeatFigures; records: RepeatFigures };
  /** System messages: in how many records, how many different ones, and their tokens in all (null: not counted). */
  system_messages: { records: number; distinct: number; tokens: number | null };
  /** The manifest beside the file; null where there is none. */
  manifest: ManifestCheck | null;
  /** What a reader should know of these figures, in words, with counts. */
  notes: string[];
}
