import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from '@aibrix/core/errors';
import type { AnswerShape } from './answer-shape.js';
import type { ReferenceServer, ReferenceTruth } from './reference-server.js';

/** A reference server in a process of its own, so that what it costs is not the client's. */
export interface ReferenceProcess extends ReferenceServer {
  readonly pid: number;
  /** What answers are like from now on; forgets the times of earlier requests. */
  setShape(shape: Partial<AnswerShape>): Promise<void>;
  /** The true times of all requests answered since the last call or change of shape. */
  takeTruth(): Promise<ReferenceTruth[]>;
  /** Blocks the whole server. */
  stall(ms: number): Promise<void>;
}

/** Beside the bundle that this file is part of. */
const PROCESS_FILE = fileURLToPath(new URL('./reference-process.js', import.meta.url));

/**
 * Starts a reference server in a process of its own.
 *
 * @param options `cpus`: CPUs that it may run on, as `taskset` takes them (Linux)
 * @throws BenchmarkError `usage` when it cannot be started
 */
export const spawnReferenceServer = async (options: { cpus?: string | undefined } = {}): Promise<ReferenceProcess> => {
  const { cpus } = options;
  const [command, ...commandArguments] = [
    ...(cpus === undefined ? [] : ['taskset', '-c', cpus]),
    process.execPath,
    PROCESS_FILE,
  ];
  const child = spawn(command as string, commandArguments, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(child, 'error').then(([error]) => {
    throw error;
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`it ended with exit code ${code}`);
  });
  gone.catch(() => {});
  failed.catch(() => {});
  let url: string;
  try {
    const [line] = await Promise.race([once(child.stdout, 'data'), failed, gone]);
    url = String(line).trim();
  } catch (cause) {
    throw new BenchmarkError('usage', `the reference server does not start: ${(cause as Error).message}`, {
      cause,
      ...(cpus !== undefined && { hint: 'To choose its CPUs it is started by taskset; are they there?' }),
    });
  }
  const post = async (path: string, body: object): Promise<void> => {
    await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  };
  return {
    url,
    pid: child.pid as number,
    setShape: (shape) => post('/shape', shape),
    stall: (ms) => post('/stall', { ms }),
    async takeTruth() {
      const response = await fetch(`${url}/truth`);
      return (await response.json()) as ReferenceTruth[];
    },
    async close() {
      const exited = child.exitCode === null ? once(child, 'exit') : undefined;
      child.stdin.end();
      await exited;
    },
  };
};
