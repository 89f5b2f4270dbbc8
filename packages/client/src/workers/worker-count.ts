import type { RunSettings } from '../options.js';

/** Limits that are divided among workers; one that has nothing to give would wait for ever. */
const DIVIDED = ['concurrency', 'maxConcurrentSessions', 'maxConnections'] as const;

/** How many workers a run can use, and why fewer than it was told to. */
export const workerCount = (settings: RunSettings, logicalCpus: number): { workers: number; warnings: string[] } => {
  let { workers } = settings;
  const warnings: string[] = [];
  for (const name of DIVIDED) {
    const limit = settings[name];
    if (limit === null || limit >= workers) continue;
    warnings.push(`${name} ${limit} is less than the ${workers} workers asked for: ${limit} are used`);
    workers = limit;
  }
  if (workers > logicalCpus) {
    warnings.push(`${workers} workers share ${logicalCpus} logical CPUs: each may be late for the others’ sake`);
  }
  return { workers, warnings };
};
