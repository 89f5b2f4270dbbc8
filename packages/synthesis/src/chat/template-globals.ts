import { formatFixedDate } from './fixed-date.js';

const MAX_RANGE = 100_000;

/** Python's `range`, of no more numbers than Jinja's own sandbox allows. */
const range = (first: number, second?: number, step = 1): number[] => {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error('range() needs a step other than zero');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_RANGE) throw new Error(`range() of ${length} numbers; ${MAX_RANGE} is the most`);
  return Array.from({ length }, (_, index) => start + index * step);
};

/** A template's own refusal of messages, by `raise_exception`. */
export class TemplateRefusal extends Error {}

/** What a chat template finds defined besides its messages and special tokens, as in Hugging Face's `transformers`. */
export const TEMPLATE_GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  range,
  strftime_now: formatFixedDate,
  raise_exception: (message: unknown) => {
    throw new TemplateRefusal(String(message));
  },
  // Both are defined there, and none, when a request has no tools and no documents.
  tools: null,
  documents: null,
};
