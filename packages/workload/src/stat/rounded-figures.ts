const DIGITS = 6;
/** What is left of a sum that should be 0. */
const NOTHING = 1e-12;

const rounded = (value: unknown): unknown => {
  if (typeof value === 'number') return Math.abs(value) < NOTHING ? 0 : Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rounded(inner)]));
};

/** The same figures with six significant digits, at any depth: more would be noise. */
export const roundedFigures = (figures: object): Record<string, unknown> => rounded(figures) as Record<string, unknown>;
