import { BenchmarkError } from '@aibrix/core/errors';

/** The matrix `a b c d e f` of SVG and PDF: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

const rotation = ([degrees = 0, x = 0, y = 0]: readonly number[]): Matrix => {
  const radians = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  return [cos, sin, -sin, cos, x - x * cos + y * sin, y - x * sin - y * cos];
};

const scaling = ([x = 1, y = x]: readonly number[]): Matrix => [x, 0, 0, y, 0, 0];

/**
 * Matrices of a `transform` attribute, the outermost first.
 *
 * @throws BenchmarkError `input` for one that it does not know
 */
export const matricesOf = (transform: string | undefined): Matrix[] =>
  [...(transform ?? '').matchAll(/(\w+)\s*\(([^)]*)\)/g)].map(([whole, kind, list = '']): Matrix => {
    const numbers = list
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers;
    if (numbers.every(Number.isFinite)) {
      if (kind === 'translate') return [1, 0, 0, 1, a, b];
      if (kind === 'rotate') return rotation(numbers);
      if (kind === 'scale') return scaling(numbers);
      if (kind === 'matrix' && numbers.length === 6) return [a, b, c, d, e, f];
    }
    throw new BenchmarkError('input', `the SVG holds a transform that cannot be drawn: ${whole}`);
  });

/** Moves a viewBox into a viewport of a size, in the middle and with its proportions kept. */
export const viewBoxMatrix = (viewBox: string | undefined, width: number, height: number): Matrix => {
  const [x = 0, y = 0, boxWidth = width, boxHeight = height] =
    viewBox
      ?.trim()
      .split(/[\s,]+/)
      .map(Number) ?? [];
  const scale = Math.min(width / boxWidth, height / boxHeight);
  return [scale, 0, 0, scale, (width - boxWidth * scale) / 2 - x * scale, (height - boxHeight * scale) / 2 - y * scale];
};
