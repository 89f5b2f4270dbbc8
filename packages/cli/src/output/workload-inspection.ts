import { styleText } from 'node:util';
import type { FigureDifference } from '@aibrix/core/validation';
import type { WorkloadInspection } from '@aibrix/workload';
import { bytes, count, counted } from './format.js';
import { printable } from './printable.js';
import { workloadFacts } from './workload-facts.js';

const LABEL_WIDTH = 20;
const MAX_DIFFERENCES = 6;
const MAX_NAMES = 5;

const line = (label: string, text: string): string => `${label.padEnd(LABEL_WIDTH)} ${text}`;

const lines = (label: string, texts: readonly string[]): string[] =>
  texts.map((text, index) => line(index === 0 ? label : '', text));

const paint = (colour: 'green' | 'red', text: string): string => styleText(colour, text, { stream: process.stdout });

const exactly = (value: number | null): string => (value === null ? 'nothing' : String(value));

const differenceText = ({ figure, stated, found }: FigureDifference): string =>
  `${figure}: stated ${exactly(stated)}, found ${exactly(found)}`;

/** Whether the manifest is of this content, right in all it states, and nothing was left unchecked. */
export const isVerified = ({ manifest, prompt_lengths: lengths }: WorkloadInspection): boolean =>
  manifest?.sha256_matches === true &&
  manifest.differences.length === 0 &&
  manifest.unchecked.length === 0 &&
  (lengths?.different ?? 0) === 0;

const verdict = ({ manifest }: WorkloadInspection): string => {
  if (!manifest?.sha256_matches) return paint('red', 'is not of this content: its SHA-256 differs');
  if (manifest.differences.length > 0) return paint('red', 'SHA-256 agrees, figures differ');
  const left = [...manifest.unchecked, ...manifest.untold];
  if (left.length === 0) return paint('green', 'SHA-256 and all figures agree');
  return `${paint('green', 'SHA-256 and figures agree')}, not looked at: ${left.join(', ')}`;
};

const manifestLines = (inspection: WorkloadInspection): string[] => {
  const { manifest: check } = inspection;
  if (!check) return [line('Manifest', 'none')];
  if (!check.manifest) return lines('Manifest', [paint('red', 'cannot be used'), printable(check.problem ?? '')]);
  const { generator, generator_version: version, seed } = check.manifest;
  const origin = printable(`${generator} ${version}${seed === null ? '' : `, seed ${seed}`}`);
  const shown = check.differences.slice(0, MAX_DIFFERENCES);
  const more = check.differences.length - shown.length;
  return lines('Manifest', [
    `${origin}: ${verdict(inspection)}`,
    ...shown.map(differenceText),
    ...(more > 0 ? [`and ${counted(more, 'other figure')}`] : []),
  ]);
};

const lengthLines = ({ prompt_lengths: lengths }: WorkloadInspection): string[] => {
  if (!lengths || lengths.compared === 0) return [];
  const { compared, different, largest_difference_tokens: largest, first_difference: first } = lengths;
  if (different === 0) return [line('Stated lengths', `${counted(compared, 'prompt')}, all as counted`)];
  return lines('Stated lengths', [
    paint('red', `${count(different)} of ${counted(compared, 'prompt')} differ, by up to ${counted(largest, 'token')}`),
    ...(first
      ? [
          `first on line ${first.line}, request ${printable(first.id)}: stated ${first.stated_tokens}, counted ${first.counted_tokens}`,
        ]
      : []),
  ]);
};

const nameLines = (label: string, names: Readonly<Record<string, number>>): string[] => {
  const all = Object.entries(names);
  if (all.length === 0) return [];
  const shown = all.slice(0, MAX_NAMES).map(([name, requests]) => `${printable(name)} ${count(requests)}`);
  return [line(label, `${shown.join(', ')}${all.length > MAX_NAMES ? ', …' : ''}`)];
};

/** What is in a workload, for a person to read. */
export const describeWorkloadInspection = (inspection: WorkloadInspection): string => {
  const { file, entries, bytes: size, without_text: withoutText, events } = inspection;
  return [
    line('File', `${printable(file)}: ${counted(entries, 'line')}, ${bytes(size)}`),
    ...manifestLines(inspection),
    ...lengthLines(inspection),
    ...workloadFacts({ ...inspection.manifest?.manifest?.statistics, ...inspection.statistics }).map(
      ({ label, value }) => line(label, value),
    ),
    ...(withoutText > 0 ? [line('Without text', counted(withoutText, 'request'))] : []),
    ...(events > 0 ? [line('Events', count(events))] : []),
    ...nameLines('Models', inspection.models),
    ...nameLines('Users', inspection.users),
    ...(inspection.manifest?.manifest?.notes ?? []).map((note) => line('Note', printable(note))),
  ].join('\n');
};
