import { describe, expect, it } from 'vitest';
import { type Matrix, matricesOf, viewBoxMatrix } from './svg-transform.js';

const apply = (matrices: readonly Matrix[], x: number, y: number): number[] =>
  matrices
    .reduceRight(([px = 0, py = 0], [a, b, c, d, e, f]) => [a * px + c * py + e, b * px + d * py + f], [x, y])
    .map((value) => Number(value.toFixed(9)) + 0);

describe('matricesOf', () => {
  it.each([
    ['translate(3,4)', [4, 6]],
    ['translate(3)', [4, 2]],
    ['rotate(90)', [-2, 1]],
    ['rotate(180, 1, 1)', [1, 0]],
    ['scale(2)', [2, 4]],
    ['scale(2 -1)', [2, -2]],
    ['matrix(1 0 0 1 5 6)', [6, 8]],
    ['translate(-42,76.5) rotate(-90) translate(0,-2)', [-42, 75.5]],
    ['', [1, 2]],
  ])('%s moves (1, 2) to where SVG has it', (transform, place) => {
    expect(apply(matricesOf(transform), 1, 2)).toEqual(place);
  });

  it.each(['skewX(3)', 'translate(a)', 'matrix(1 2)'])('refuses %s', (transform) => {
    expect(() => matricesOf(transform)).toThrow(`the SVG holds a transform that cannot be drawn: ${transform}`);
  });
});

it('fits a viewBox into its viewport, in the middle and with its proportions', () => {
  expect(apply([viewBoxMatrix('10 10 100 50', 200, 200)], 10, 10)).toEqual([0, 50]);
  expect(apply([viewBoxMatrix('10 10 100 50', 200, 200)], 110, 60)).toEqual([200, 150]);
  expect(apply([viewBoxMatrix(undefined, 200, 100)], 7, 8)).toEqual([7, 8]);
});
