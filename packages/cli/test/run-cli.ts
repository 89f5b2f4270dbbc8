import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The built command line. */
export const BIN: string = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export interface CliOptions {
  cwd: string;
  env?: Record<string, string> | undefined;
  /** What it gets on stdin; without it stdin is empty. */
  input?: Uint8Array | undefined;
  /** Called with the process when it has started. */
  onStart?: ((child: ChildProcess) => void) | undefined;
}

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command line as a process of its own. */
export const runCli = async (words: readonly string[], options: CliOptions): Promise<CliResult> => {
  const { HOME, PATH } = process.env;
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: options.cwd,
    env: { HOME, PATH, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end(options.input);
  options.onStart?.(child);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
};
