import { cpus, totalmem } from 'node:os';

/** What the client ran on, as the run record states it. */
export const describeMachine = (): Record<string, unknown> => ({
  platform: process.platform,
  architecture: process.arch,
  node: process.versions.node,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  logical_cpus: cpus().length,
  memory_bytes: totalmem(),
});
