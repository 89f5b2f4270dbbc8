/** A figure that is stated and not what is found. */
export interface FigureDifference {
  /** Its path, such as `statistics.prompt_tokens.total`. */
  figure: string;
  stated: number | null;
  found: number | null;
}

/** Sums in another order differ in their last digits. */
const TOLERANCE = 1e-9;

const agrees = (stated: number | null, found: number | null): boolean =>
  stated === found ||
  (stated !== null && found !== null && Math.abs(stated - found) <= TOLERANCE * Math.max(1, Math.abs(found)));

const isFigure = (value: unknown): value is number | null => value === null || typeof value === 'number';

/**
 * The figures of `found`, at any depth, that `stated` has with another value. What only one of them has is not compared.
 */
export const compareFigures = (stated: unknown, found: unknown, path = ''): FigureDifference[] => {
  if (isFigure(stated) && isFigure(found)) return agrees(stated, found) ? [] : [{ figure: path, stated, found }];
  if (typeof stated !== 'object' || typeof found !== 'object') return [];
  return Object.entries(found ?? {}).flatMap(([name, value]) =>
    compareFigures((stated as Record<string, unknown> | null)?.[name], value, path ? `${path}.${name}` : name),
  );
};
