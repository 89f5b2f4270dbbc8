import type { RecentQuantiles, RunProgress } from '@aibrix/client';
import { clockTime, count, duration, figure } from './format.js';
import { cutLine, fieldLine, type PanelLine, type PanelSize, type Span } from './panel.js';

const LABEL_COLUMNS = 12;
const FIGURE_COLUMNS = 10;
/** Below this width the p90 gives way. */
const ALL_QUANTILES_COLUMNS = LABEL_COLUMNS + 3 * FIGURE_COLUMNS;

const label = (text: string): Span => ({ text: text.padEnd(LABEL_COLUMNS), style: 'dim' });
const field = (text: string): Span => ({ text });

const time = ({ elapsedSeconds, plannedSeconds, secondsLeft, phase }: RunProgress): string => {
  const elapsed = plannedSeconds === null ? '' : `/${clockTime(plannedSeconds)}`;
  const left = phase === 'draining' ? 'waiting for answers' : secondsLeft !== null && `${clockTime(secondsLeft)} left`;
  return [`${clockTime(elapsedSeconds)}${elapsed}`, left].filter(Boolean).join(', ');
};

const requests = (progress: RunProgress): Span[] => {
  const { offered, due, succeeded, inFlight, queued } = progress;
  return [
    field(`${count(due)}${offered === null ? '' : `/${count(offered)}`} due`),
    field(`${count(inFlight)} open`),
    field(`${count(succeeded)} done`),
    ...(queued > 0 ? [field(`${count(queued)} waiting for a place`)] : []),
  ];
};

const rates = ({ recent }: RunProgress): Span[] => [
  field(`${figure(recent.offeredPerSecond)} offered`),
  field(`${figure(recent.sentPerSecond)} sent`),
  field(`${figure(recent.completedPerSecond)} done`),
  field(`${figure(recent.outputTokensPerSecond)} output tokens`),
];

const failures = ({ failed, errors }: RunProgress): Span[] => {
  if (failed === 0 && Object.keys(errors).length === 0) return [field('none')];
  const classes = Object.entries(errors).toSorted(([, a], [, b]) => b - a);
  return classes.map(([type, number]): Span => ({ text: `${count(number)} ${type}`, style: 'red' }));
};

const connections = ({ connections: state }: RunProgress): Span[] =>
  state === null ? [field(duration(null))] : [field(`${count(state.open)} open`), field(`${count(state.idle)} idle`)];

const cell = (text: string): Span => ({ text: text.padStart(FIGURE_COLUMNS) });

const QUANTILES = ['p50', 'p90', 'p99'] as const;

const table = ({ recent }: RunProgress, columns: number): PanelLine[] => {
  const shown = QUANTILES.filter((name) => name !== 'p90' || columns >= ALL_QUANTILES_COLUMNS);
  const row = (name: string, quantiles: RecentQuantiles | null): PanelLine => [
    label(name),
    ...shown.map((quantile) => cell(duration(quantiles?.[quantile]))),
  ];
  return [
    [label('last 10 s'), ...shown.map((name): Span => ({ ...cell(name), style: 'dim' }))],
    row('TTFT', recent.ttftSeconds),
    row('TPOT', recent.tpotSeconds),
    row('latency', recent.latencySeconds),
    row('client lag', recent.clientLagSeconds),
  ];
};

/** A run under way, as a few lines that fit a terminal. */
export const runPanel = (progress: RunProgress, { columns }: PanelSize): PanelLine[] => {
  const line = (name: string, fields: readonly Span[]): PanelLine => fieldLine(label(name), fields, columns);
  return [
    line('client', [{ text: time(progress), style: 'bold' }]),
    line('requests', requests(progress)),
    line('per second', rates(progress)),
    line('failed', failures(progress)),
    line('connections', connections(progress)),
    ...table(progress, columns),
  ].map((one) => cutLine(one, columns));
};
