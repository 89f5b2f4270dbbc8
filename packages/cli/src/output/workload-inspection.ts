import { styleText } from 'node:util';
import type { FigureDifference } from '@aibrix/core/validation';
import type { NameCount, WorkloadInspection } from '@aibrix/workload';
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

/** What is stated and was not looked at. Lengths of text that nothing tokenised are among that. */
const uncheckedOf = ({
  manifest,
  prompt_lengths: lengths,
  statistics,
  without_text: without,
}: WorkloadInspection): string[] => [
  ...(manifest?.unchecked ?? []),
  ...(!lengths && without < statistics.requests && statistics.prompt_tokens.requests > 0 ? ['lengths of prompts'] : []),
];

/** Whether the manifest is of this content, right in all that the file tells, and nothing of that was left unchecked. */
export const isVerified = (inspection: WorkloadInspection): boolean =>
  inspection.manifest?.sha256_matches === true &&
  inspection.manifest.differences.length === 0 &&
  uncheckedOf(inspection).length === 0 &&
  (inspection.prompt_lengths?.different ?? 0) === 0;

const verdict = (inspection: WorkloadInspection): string => {
  const { manifest } = inspection;
  if (!manifest?.sha256_matches) return paint('red', 'is not of this content: its SHA-256 differs');
  if (manifest.differences.length > 0) return paint('red', 'SHA-256 agrees, figures differ');
  const unchecked = uncheckedOf(inspection);
  if (unchecked.length > 0)
    return `${paint('green', 'SHA-256 and counts agree')}, not looked at: ${unchecked.join(', ')}`;
  return paint('green', 'SHA-256 and all that the file tells agree');
};

const lastName = (figure: string): string => figure.replace(/^statistics\./, '');

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
    ...(check.untold.length > 0
      ? [`stated, and told by no file: ${printable(check.untold.map(lastName).join(', '))}`]
      : []),
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

const nameLines = (label: string, names: readonly NameCount[], untold: number): string[] => {
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_NAMES).map(({ name, requests }) => `${printable(name)} ${count(requests)}`);
  return lines(label, [
    `${shown.join(', ')}${names.length > MAX_NAMES ? ', …' : ''}`,
    ...(untold > 0 ? [`${counted(untold, 'later name')} not told apart`] : []),
  ]);
};

/** What was asked for, and what its maker knew: no file tells these. */
const ONLY_STATED = ['target_prompt_tokens', 'target_output_tokens', 'trace_blocks'];

const statedOnly = ({ manifest }: WorkloadInspection): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(manifest?.manifest?.statistics ?? {}).filter(([name]) => ONLY_STATED.includes(name)),
  );

/** What is in a workload, for a person to read. */
export const describeWorkloadInspection = (inspection: WorkloadInspection): string => {
  const { file, entries, bytes: size, without_text: withoutText, statistics } = inspection;
  return [
    line('File', `${printable(file)}: ${counted(entries, 'line')}, ${bytes(size)}`),
    ...manifestLines(inspection),
    ...lengthLines(inspection),
    ...workloadFacts({ ...statedOnly(inspection), ...inspection.statistics }).map(({ label, value }) =>
      line(label, value),
    ),
    ...(withoutText > 0 ? [line('Without text', counted(withoutText, 'request'))] : []),
    ...(statistics.events > 0 ? [line('Events', count(statistics.events))] : []),
    ...nameLines('Models', inspection.models, inspection.untold_models),
    ...nameLines('Users', inspection.users, inspection.untold_users),
    ...(inspection.manifest?.manifest?.notes ?? []).map((note) => line('Note', printable(note))),
  ].join('\n');
};
