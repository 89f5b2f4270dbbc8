import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { constants, mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BIN } from './run-cli.js';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

const KEY = 'sk-0123456789-never-written';
const ASK = 'client --workload-path w.jsonl --model sim';

/** Repeats the key in whatever it says. */
let server: Server;
let url: string;
let asked = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url !== '/v1/models') asked++;
    const told = String(request.headers.authorization);
    const chunk = JSON.stringify({ choices: [{ delta: { content: `${told} ${'word '.repeat(2000)}` } }] });
    if (request.url === '/v1/models') response.end(`{"data":[{"id":"${told}"}]}`);
    else if (request.headers['content-length'] === '0') response.end();
    else if (Math.floor(performance.now()) % 3 === 0) response.writeHead(400).end(`{"error":"bad key ${told}"}`);
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${chunk}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** No file of the run and no word of the program may hold the key. */
const expectNoKey = async (...told: string[]): Promise<void> => {
  for (const text of told) expect(text).not.toContain(KEY);
  for (const name of await readdir(trial.cwd)) {
    const path = join(trial.cwd, name);
    if ((await stat(path)).isFile()) expect(await readFile(path, 'utf8')).not.toContain(KEY);
  }
};

/** Resolves when the server has been asked so often since the test began, or no longer is. */
const untilAsked = async (times: number): Promise<void> => {
  const before = asked;
  for (let last = before - 1; asked - before < times && (asked === before || asked > last); ) {
    last = asked;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
};

/** Calls `then` when the results file has so many lines. */
const afterLines = (file: string, lines: number, then: () => void): void => {
  const watch = setInterval(async () => {
    const text = await readFile(join(trial.cwd, file), 'utf8').catch(() => '');
    if (text.split('\n').length <= lines) return;
    clearInterval(watch);
    then();
  }, 30);
};

describe('a run that is ended from outside', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGKILL'])(
    'by %s leaves a file that can be analysed, and no key',
    async (signal) => {
      await trial.workload(steady(3000, 10));
      const { code, stdout, stderr } = await trial.aibrix(`${ASK} --endpoint ${url} --output-file-path o.jsonl`, {
        env: { API_KEY: KEY },
        onStart: (child) => afterLines('o.jsonl', 30, () => child.kill(signal)),
      });
      expect(code).toBe(signal === 'SIGKILL' ? null : 130);
      await expectNoKey(stdout, stderr);
      const text = await readFile(join(trial.cwd, 'o.jsonl'), 'utf8');
      const whole = text.slice(0, text.lastIndexOf('\n')).split('\n');
      for (const line of whole) JSON.parse(line);
      expect(whole.length).toBeGreaterThanOrEqual(30);
      expect(text).toContain('[redacted]');
      // The verdict of a run without a record is unknown; nothing succeeded is no reason to refuse the file either.
      const analysed = await trial.aibrix('analysis --trace o.jsonl --output report --format json');
      expect(analysed.stderr).not.toContain('error');
      const report = JSON.parse(await readFile(join(trial.cwd, 'report/report.json'), 'utf8')) as {
        counts: { offered: number };
      };
      expect(report.counts.offered).toBeGreaterThanOrEqual(30);
    },
  );
});

describe('a disk that fails', () => {
  let unmount = (): void => {};
  afterEach(() => {
    unmount();
    unmount = () => {};
  });

  it('when it is full: exit 1, with what is lost, and whole lines', async ({ skip }) => {
    const small = join(trial.cwd, 'small');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      skip('this user may not mount a small file system');
    }
    unmount = () => execFileSync('umount', ['-l', small]);
    await trial.workload(steady(1000, 5));
    const { code, stdout, stderr } = await trial.aibrix(`${ASK} --endpoint ${url} --output-file-path small/o.jsonl`, {
      env: { API_KEY: KEY },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error small\/o\.jsonl: cannot be written: ENOSPC.* \d+ of 1000 results are lost/);
    await expectNoKey(stdout, stderr);
    const text = await readFile(join(small, 'o.jsonl'), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.trimEnd().split('\n')) JSON.parse(line);
  });

  it('when it is slow, and results overflow: exit 1, and all that found room is written', async () => {
    const path = join(trial.cwd, 'pipe');
    execFileSync('mkfifo', [path]);
    const handle = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    await trial.workload(steady(400, 5));
    const running = trial.aibrix(`${ASK} --endpoint ${url} --output-file-path pipe --result-queue-bytes 100000`);
    await untilAsked(400);
    const reading = readAll(createReadStream(path));
    const { code, stderr } = await running;
    await handle.close();
    const text = await reading;
    expect(code).toBe(1);
    expect(stderr).toMatch(/error results came faster than they were taken.* of 400 results are lost/);
    expect(stderr).toMatch(/hint .*--result-queue-bytes/);
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.trimEnd().split('\n')) JSON.parse(line);
  });

  it('when it takes nothing more: a third Ctrl-C ends the process all the same', { timeout: 30_000 }, async () => {
    const path = join(trial.cwd, 'pipe');
    execFileSync('mkfifo', [path]);
    const handle = await open(path, constants.O_RDWR | constants.O_NONBLOCK);
    await trial.workload(steady(300, 5));
    const words = `${ASK} --endpoint ${url} --output-file-path pipe`.split(' ');
    const child = spawn(process.execPath, [BIN, ...words], { cwd: trial.cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    const until = async (words: string): Promise<void> => expect.poll(() => told, { timeout: 5000 }).toContain(words);
    await untilAsked(100);
    child.kill('SIGINT');
    await until('interrupted: finishing');
    await new Promise((resolve) => setTimeout(resolve, 600));
    child.kill('SIGINT');
    await until('interrupted again');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(child.exitCode).toBe(null);
    child.kill('SIGINT');
    const [code, signal] = (await ended) as [number | null, string | null];
    await handle.close();
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
  });
});
