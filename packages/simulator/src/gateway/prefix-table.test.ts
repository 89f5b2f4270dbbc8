import { expect, it } from 'vitest';
import { podOf } from './pod.js';
import { blocksOf, PrefixTable } from './prefix-table.js';

const pods = [podOf(0), podOf(1)];
const [first, second] = pods.map(({ name }) => name) as [string, string];

it('names blocks after all that stands before them', () => {
  const text = Array.from({ length: 512 }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');
  const blocks = blocksOf(text);
  expect(blocks).toHaveLength(4);
  expect(blocksOf(text.slice(0, 300))).toEqual(blocks.slice(0, 2));
  const changed = blocksOf(`X${text.slice(1)}`);
  expect(changed.filter((block) => blocks.includes(block))).toEqual([]);
  expect(blocksOf(text.slice(0, 127))).toEqual([]);
});

it('counts what a pod was sent from the first block on', () => {
  const table = new PrefixTable();
  table.add(['a', 'b', 'c'], first);
  table.add(['a', 'x'], second);
  expect(table.matches(['a', 'b', 'c', 'd'], pods)).toEqual([0.75, 0.25]);
  expect(table.matches(['b', 'c'], pods)).toEqual([1, 0]);
  expect(table.matches(['y', 'a'], pods)).toEqual([0, 0]);
  expect(table.matches([], pods)).toEqual([0, 0]);
});

it('forgets a pod', () => {
  const table = new PrefixTable();
  table.add(['a'], first);
  table.forget(first);
  expect(table.matches(['a'], pods)).toEqual([0, 0]);
});

it('forgets what was least recently sent, the end of a prompt before its beginning', () => {
  const table = new PrefixTable(3);
  table.add(['a', 'b', 'c'], first);
  table.add(['d'], first);
  expect(table.matches(['a', 'b', 'c'], pods)[0]).toBeCloseTo(2 / 3);
  table.add(['a'], first);
  table.add(['e'], first);
  expect(table.matches(['a', 'b'], pods)).toEqual([0.5, 0]);
});
