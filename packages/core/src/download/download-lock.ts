import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';

interface Holder {
  host: string;
  pid: number;
  threadId: number;
  token: string;
}

/** Tokens of the locks that this thread holds: its own earlier process may have had the same number. */
const held = new Set<string>();

const isErrorCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

/** Creates a file, or says that it is there. */
const create = async (path: string, content: string): Promise<boolean> => {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false;
    throw error;
  }
};

const isProcessAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive and may not be signalled.
    return !isErrorCode(error, 'ESRCH');
  }
};

/** Whether who holds the lock has certainly ended. Of another machine, nothing is certain. */
const isDead = (content: string): boolean => {
  let holder: Partial<Holder>;
  try {
    holder = JSON.parse(content) as Partial<Holder>;
  } catch {
    // It may be about to be written.
    return false;
  }
  if (holder.host !== hostname() || typeof holder.pid !== 'number') return false;
  if (holder.pid !== process.pid) return !isProcessAlive(holder.pid);
  return holder.threadId === threadId && !held.has(holder.token ?? '');
};

const takeOver = async (path: string, content: string): Promise<boolean> => {
  const gate = `${path}.gate`;
  // One at a time, or two could each take the other's fresh lock for the dead one.
  if (!(await create(gate, ''))) return false;
  try {
    const isStillDead = isDead(await readFile(path, 'utf8').catch(() => ''));
    if (isStillDead) await writeFile(path, content);
    return isStillDead;
  } finally {
    await rm(gate, { force: true });
  }
};

/**
 * Takes a lock file, also one that a killed process of this machine has left.
 *
 * @returns what gives it back, or `undefined` when another download has it
 */
export const takeLock = async (path: string): Promise<(() => Promise<void>) | undefined> => {
  const token = randomUUID();
  const content = JSON.stringify({ host: hostname(), pid: process.pid, threadId, token } satisfies Holder);
  held.add(token);
  if ((await create(path, content)) || (await takeOver(path, content))) {
    return async () => {
      await rm(path, { force: true });
      held.delete(token);
    };
  }
  held.delete(token);
  return undefined;
};
