import { styleText } from 'node:util';
import type { LengthBin } from '@aibrix/core/lengths';
import { count } from './format.js';

const ROWS = 4;
const MAX_COLUMNS = 60;
const MAX_COLUMNS_PER_BIN = 4;
const INDENT = '  ';
/** From empty to full, in eighths of a character. */
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const LABELS_WANTED = 6;
const LABEL_GAP = 2;
const MIN_NEARNESS = 0.8;

/** Bins are equally wide on one of two axes, as far as whole numbers allow; this tells on which. */
const isLinear = (bins: readonly LengthBin[]): boolean => new Set(bins.map(({ from, to }) => to - from)).size === 1;

/** Heights that make areas comparable: a bin is not higher for being a whole number wider. */
const densities = (bins: readonly LengthBin[]): number[] => {
  if (isLinear(bins)) return bins.map((bin) => bin.count);
  return bins.map(({ from, to, count: inBin }) => (from === 0 ? inBin : inBin / Math.log2(to / from)));
};

/** Round numbers within the bins, those to be shown first in front. */
const roundNumbers = (bins: readonly LengthBin[]): number[] => {
  const min = (bins[0] as LengthBin).from;
  const max = (bins.at(-1) as LengthBin).to - 1;
  const isWithin = (value: number): boolean => value >= min && value <= max;
  if (isLinear(bins)) {
    const rough = Math.max(1, (max - min) / LABELS_WANTED);
    const decade = 10 ** Math.floor(Math.log10(rough));
    const step = ([1, 2, 5, 10].find((digit) => digit * decade >= rough) ?? 10) * decade;
    const first = Math.ceil(min / step);
    const numbers = Array.from({ length: Math.floor(max / step) - first + 1 }, (_, index) => (first + index) * step);
    return numbers;
  }
  const decades: number[] = [];
  for (let decade = 1; decade <= max; decade *= 10) decades.push(decade);
  return [0, ...[1, 5, 2].flatMap((digit) => decades.map((decade) => digit * decade))].filter(isWithin);
};

/** The bin that a number is written under: the one it is in, where that begins near it. */
const binOf = (bins: readonly LengthBin[], value: number): number =>
  bins.findIndex(({ from, to }) => value >= from && value < to && from >= value * MIN_NEARNESS);

/** A line of numbers, each where its bin begins; numbers that would run into others are left out. */
const axisLabels = (bins: readonly LengthBin[], columnsPerBin: number): string => {
  const placed: { at: number; text: string }[] = [];
  for (const value of [...roundNumbers(bins), (bins[0] as LengthBin).from]) {
    const at = binOf(bins, value) * columnsPerBin;
    if (at < 0) continue;
    const text = count(value);
    const isFree = placed.every(
      (other) => at >= other.at + other.text.length + LABEL_GAP || at + text.length + LABEL_GAP <= other.at,
    );
    if (isFree) placed.push({ at, text });
  }
  return placed.toSorted((a, b) => a.at - b.at).reduce((line, { at, text }) => line.padEnd(at) + text, '');
};

/**
 * A histogram in block characters, at most 62 columns wide, its axis below it; coloured where stdout is a terminal that
 * wants it. The area of a bar, not its height, shows how many there are.
 */
export const histogramLines = (title: string, bins: readonly LengthBin[]): string[] => {
  if (bins.length === 0) return [];
  const columnsPerBin = Math.min(MAX_COLUMNS_PER_BIN, Math.max(1, Math.floor(MAX_COLUMNS / bins.length)));
  const heights = densities(bins);
  const most = Math.max(...heights);
  // What is there is seen, however little it is.
  const eighths = heights.map((height) => (height === 0 ? 0 : Math.max(1, Math.round((height / most) * ROWS * 8))));
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const below = (ROWS - 1 - index) * 8;
    const blocks = eighths.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))] ?? ' ');
    return blocks.map((block) => block.repeat(columnsPerBin)).join('');
  });
  return [
    title,
    ...rows.map((row) => `${INDENT}${styleText('cyan', row.trimEnd(), { stream: process.stdout })}`.trimEnd()),
    `${INDENT}${axisLabels(bins, columnsPerBin)}`,
  ];
};
