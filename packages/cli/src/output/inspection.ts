import { styleText } from 'node:util';
import type { LengthDistribution } from '@aibrix/core/lengths';
import type { DatasetInspection, LengthAgreement, ManifestCheck } from '@aibrix/dataset';
import { bytes, count, counted, figure, percent } from './format.js';
import { histogramLines } from './inspection-histogram.js';
import { printable } from './printable.js';

/** A line, its label in a column of its own; further lines of one label have none. */
const line = (label: string, text: string): string => `${label.padEnd(12)} ${text}`;

const lines = (label: string, texts: readonly string[]): string[] =>
  texts.map((text, index) => line(index === 0 ? label : '', text));

const paint = (colour: 'green' | 'red', text: string): string => styleText(colour, text, { stream: process.stdout });

const formText = ({ form, records, forms }: DatasetInspection): string => {
  if (form === 'plain') return counted(records, 'plain record');
  if (form === 'session') return counted(records, 'session');
  if (form === 'messages') return `${counted(records, 'record')} of messages`;
  if (form === null) return 'no record';
  const { plain, session, messages } = forms;
  return `${counted(records, 'record')} (${count(plain)} plain, ${counted(session, 'session')}, ${count(messages)} of messages)`;
};

const fileLine = (inspection: DatasetInspection): string =>
  line('File', `${printable(inspection.file)}: ${formText(inspection)}, ${bytes(inspection.bytes)}`);

const MAX_DIFFERENCES = 4;

/** Where two figures differ, every digit may be the one. */
const exactly = (value: number | null): string => {
  if (value === null) return 'nothing';
  return Number.isInteger(value) ? count(value) : String(value);
};

const manifestVerdict = ({ sha256_matches, differences }: ManifestCheck): string => {
  if (!sha256_matches) return paint('red', 'is not of this content: its SHA-256 differs');
  return differences.length === 0
    ? paint('green', 'SHA-256 and counts agree')
    : paint('red', 'SHA-256 agrees, counts differ');
};

const manifestLines = (manifest: ManifestCheck | null): string[] => {
  if (!manifest) return [line('Manifest', 'none')];
  if (manifest.problem !== null) {
    return lines('Manifest', [paint('red', 'cannot be used'), printable(manifest.problem)]);
  }
  const { generator, generator_version, seed, differences } = manifest;
  const origin = printable(`${generator} ${generator_version}${seed === null ? '' : `, seed ${seed}`}`);
  const shown = differences.slice(0, MAX_DIFFERENCES);
  const more = differences.length - shown.length;
  return lines('Manifest', [
    `${origin}: ${manifestVerdict(manifest)}`,
    ...shown.map(({ figure: name, stated, found }) => `${name}: stated ${exactly(stated)}, found ${exactly(found)}`),
    ...(more > 0 ? [`and ${counted(more, 'other figure')}`] : []),
  ]);
};

const agreementText = (noun: string, agreement: LengthAgreement | null): string[] => {
  if (!agreement) return [];
  const { compared, different, largest_difference_tokens: largest, first_difference: first } = agreement;
  if (different === 0) return [`${counted(compared, `stated ${noun} length`)}, all as counted`];
  return [
    `${count(different)} of ${counted(compared, `stated ${noun} length`)} differ, by up to ${counted(largest, 'token')}`,
    ...(first ? [`first on line ${first.line}: stated ${first.stated_tokens}, counted ${first.counted_tokens}`] : []),
  ];
};

/** Why stated lengths may be right and yet differ. */
const differenceReasons = ({ manifest, tokenizer, stated_lengths: stated }: DatasetInspection): string[] => {
  const differs = (stated.prompts?.different ?? 0) + (stated.outputs?.different ?? 0) > 0;
  if (!differs || !manifest) return [];
  const isOther = manifest.tokenizer !== null && manifest.tokenizer.sha256 !== tokenizer?.sha256;
  return [
    ...(isOther ? [`the manifest says that ${printable(manifest.tokenizer?.name ?? '')} counted them`] : []),
    ...(manifest.count_mode === 'chat' ? ['the manifest says that they hold the chat template too'] : []),
  ];
};

const cacheLines = ({ ideal_prefix_cache: cache }: DatasetInspection): string[] => {
  if (!cache || cache.prompts === 0) return [];
  const { first_turns: first, with_answers_kept: kept } = cache;
  return lines('Prefix cache', [
    `${percent(cache.hit_rate)} of ${count(cache.prompt_tokens)} prompt tokens at best, in blocks of ${cache.block_tokens}`,
    `${count(cache.distinct_blocks)} distinct of ${counted(cache.blocks, 'block')}`,
    ...(kept ? [`${percent(kept.hit_rate)} where a server keeps its answers for the next turn`] : []),
    ...(first ? [`${percent(first.hit_rate)} of first turns, which sessions share with others`] : []),
  ]);
};

const groupLines = ({ prefix_groups: groups }: DatasetInspection): string[] => {
  if (!groups) return [];
  const { common_tokens: common } = groups;
  if (groups.groups_compared === 0)
    return lines('Groups', [`${counted(groups.groups, 'prefix group')}, none of two prompts`]);
  return lines('Groups', [
    `${counted(groups.groups, 'prefix group')}, ${count(common.min)} to ${count(common.max)} tokens in common (mean ${figure(common.mean)})`,
    `prefix proportion ${figure(groups.prefix_proportion)}, sharing ratio ${figure(groups.prefix_sharing_ratio)}`,
  ]);
};

const repeatText = (repeated: number, all: number, noun: string): string =>
  `${count(repeated)} of ${counted(all, noun)} (${percent(repeated / all)}) ${repeated === 1 ? 'repeats' : 'repeat'} one before`;

const duplicateLines = ({ duplicates, prompts, records, sessions }: DatasetInspection): string[] => {
  const again = duplicates.prompts.repeated;
  if (again === 0) return [line('Duplicates', 'none')];
  return lines('Duplicates', [
    repeatText(again, prompts, 'prompt'),
    ...(sessions > 0 ? [`${repeatText(duplicates.records.repeated, records, 'record')} as a whole`] : []),
  ]);
};

const systemLines = ({ system_messages: system, records }: DatasetInspection): string[] =>
  system.records === 0
    ? []
    : lines('System', [
        `${counted(system.distinct, 'different message')} in ${count(system.records)} of ${counted(records, 'record')}`,
      ]);

const COLUMNS = ['mean', 'std', 'min', 'p50', 'p90', 'p99', 'max'] as const;

const tableLines = (rows: readonly [string, LengthDistribution | null][]): string[] => {
  const cells = rows
    .filter((entry): entry is [string, LengthDistribution] => (entry[1]?.count ?? 0) > 0)
    .map(([name, distribution]) => [
      name,
      count(distribution.count),
      ...COLUMNS.map((column) => figure(distribution[column])),
    ]);
  if (cells.length === 0) return [];
  const table = [['', 'count', ...COLUMNS], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const aligned = table.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return ['', ...aligned];
};

const unknownLines = ({ prompt_tokens: prompt, output_tokens: output }: DatasetInspection): string[] => {
  const unknown = [
    ...(prompt.unknown > 0 ? [counted(prompt.unknown, 'prompt')] : []),
    ...(output.unknown > 0 ? [counted(output.unknown, 'answer')] : []),
  ];
  return unknown.length === 0 ? [] : [line('Not known', `the length of ${unknown.join(' and of ')}`)];
};

const histograms = ({ prompt_tokens: prompt, output_tokens: output }: DatasetInspection): string[] =>
  [histogramLines('Prompt tokens', prompt.bins), histogramLines('Output tokens', output.bins)].flatMap((histogram) =>
    histogram.length > 0 ? ['', ...histogram] : [],
  );

/**
 * What is in a dataset, for a person to read: lines of at most 80 columns where names allow, coloured where stdout is a
 * terminal that wants it.
 *
 * @param tokenizerReason why this tokenizer counted; null where none did
 */
export const describeInspection = (inspection: DatasetInspection, tokenizerReason: string | null): string => {
  const { tokenizer, stated_lengths: stated, notes } = inspection;
  return [
    fileLine(inspection),
    ...manifestLines(inspection.manifest),
    line(
      'Tokenizer',
      tokenizer ? `${printable(tokenizer.name)} (${printable(tokenizerReason ?? '')})` : 'none: lengths as stated',
    ),
    ...lines('Lengths', [
      ...agreementText('prompt', stated.prompts),
      ...agreementText('output', stated.outputs),
      ...differenceReasons(inspection),
    ]),
    ...unknownLines(inspection),
    ...cacheLines(inspection),
    ...groupLines(inspection),
    ...duplicateLines(inspection),
    ...systemLines(inspection),
    ...notes.map((note) => line('Note', note)),
    ...tableLines([
      ['Prompt tokens', inspection.prompt_tokens],
      ['with history', inspection.context_tokens],
      ['Output tokens', inspection.output_tokens],
      ['Turns', inspection.turns],
    ]),
    ...histograms(inspection),
  ].join('\n');
};
