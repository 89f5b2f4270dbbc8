import type { RunProgress } from '@aibrix/client';
import { clockTime, count, duration, figure } from './format.js';

const elapsed = ({ elapsedSeconds, plannedSeconds }: RunProgress): string => {
  if (plannedSeconds === null) return clockTime(elapsedSeconds);
  if (elapsedSeconds > plannedSeconds) return `drain ${clockTime(elapsedSeconds - plannedSeconds)}`;
  return `${clockTime(elapsedSeconds)}/${clockTime(plannedSeconds)}`;
};

const failures = ({ failed, errors }: RunProgress): string => {
  const classes = Object.entries(errors).map(([type, number]) => `${type} ${count(number)}`);
  return `${count(failed)} failed${classes.length > 0 ? ` (${classes.join(', ')})` : ''}`;
};

/** One line about a run under way, what matters most first: a narrow terminal shows its beginning. */
export const runStatus = (progress: RunProgress): string => {
  if (progress.phase === 'preparing') return 'client    checking the workload and the server, warming up';
  const { offered, due, succeeded, inFlight, queued, recent } = progress;
  return [
    `client    ${elapsed(progress)}`,
    `${count(due)}${offered === null ? '' : `/${count(offered)}`} due`,
    `${count(inFlight)} open`,
    ...(queued > 0 ? [`${count(queued)} queued`] : []),
    failures(progress),
    `TTFT p50 ${duration(recent.ttftSeconds?.p50)}`,
    `lag p99 ${duration(recent.clientLagSeconds?.p99)}`,
    `${count(succeeded)} done`,
    `${figure(recent.completedPerSecond)}/s`,
  ].join(' · ');
};
