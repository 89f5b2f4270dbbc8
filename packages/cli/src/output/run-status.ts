import type { RunProgress } from '@aibrix/client';
import { clockTime, count, duration, figure } from './format.js';

/** One line about a run under way. */
export const runStatus = (progress: RunProgress): string => {
  if (progress.phase === 'preparing') return 'client    preparing: checking the workload and the server, warming up';
  const { elapsedSeconds, plannedSeconds, offered, due, succeeded, failed, inFlight } = progress;
  const parts = [
    `client    ${clockTime(elapsedSeconds)}${plannedSeconds === null ? '' : ` of ${clockTime(plannedSeconds)}`}`,
    `${count(due)}${offered === null ? '' : `/${count(offered)}`} due`,
    `${count(inFlight)} in flight`,
    `${count(succeeded)} done`,
    `${count(failed)} failed${failedClasses(progress.errors)}`,
    `TTFT ${duration(progress.recentTtft)}`,
    `lag p99 ${figure(progress.recentClientLagP99Ms)} ms`,
  ];
  return `${parts.join(' · ')}${progress.phase === 'draining' ? ' · draining' : ''}`;
};

const failedClasses = (errors: Readonly<Record<string, number>>): string => {
  const classes = Object.entries(errors).map(([type, number]) => `${type} ${count(number)}`);
  return classes.length === 0 ? '' : ` (${classes.join(', ')})`;
};
