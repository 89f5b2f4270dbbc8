// Ten million requests at a constant rate, without text: how fast they stream through the library, and into a file with its
// certificate; whether memory stays flat; beside the floor of making and writing the same lines by hand.
// Runs on built output: node packages/workload/bench/no-text.bench.mjs [requests]
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REQUESTS = Number(process.argv[2] ?? 10_000_000);
const RATE = 1000;
const MIN_REQUESTS_A_SECOND = 500_000;
/** Flat: no more at ten times as many requests. */
const MAX_GROWTH_MB = 40;

const PROCESSES = {
  constant: { arrivals: 'constant' },
  poisson: { arrivals: 'poisson' },
  'gamma 0.5, lengths drawn': {
    arrivals: 'gamma',
    burstiness: 0.5,
    targetPromptTokensStd: 100,
    targetCompletionTokensStd: 20,
  },
};

const workloadOf = async (name, requests) => {
  const { constant } = await import('@aibrix/workload');
  return constant(
    {
      targetQps: RATE,
      // Long enough for all of them; how many there are is limited.
      durationMs: ((requests * 1000) / RATE) * 2,
      maxRequests: requests,
      withText: false,
      targetPromptTokens: 512,
      targetCompletionTokens: 64,
      ...PROCESSES[name],
    },
    {},
  );
};

const secondsSince = (start) => Number(process.hrtime.bigint() - start) / 1e9;

const TASKS = {
  async stream(name, requests) {
    const start = process.hrtime.bigint();
    let count = 0;
    for await (const entry of await workloadOf(name, requests)) count += entry.requests.length;
    return { requests: count, seconds: secondsSince(start), rssMb: process.resourceUsage().maxRSS / 1024 };
  },
  async file(name, requests, path) {
    const { writeWorkloadFile } = await import('@aibrix/workload');
    const start = process.hrtime.bigint();
    const { statistics, bytes } = await writeWorkloadFile(path, await workloadOf(name, requests));
    return {
      requests: statistics.requests,
      seconds: secondsSince(start),
      rssMb: process.resourceUsage().maxRSS / 1024,
      bytes,
      statistics,
    };
  },
  /** The same lines from a plain loop: objects, JSON, UTF-8, disk; no schedule, no hash, no certificate. */
  async floor(_, requests, path) {
    const { openOutput } = await import('@aibrix/core/files');
    const start = process.hrtime.bigint();
    const output = await openOutput(path);
    let lines = '';
    for (let index = 0; index < requests; index++) {
      const request = { prompt_length: 512, output_length: 64 };
      lines += `${JSON.stringify({ timestamp: index, requests: [request] })}\n`;
      if (lines.length > 1 << 18) {
        await output.write(Buffer.from(lines));
        lines = '';
      }
    }
    await output.write(Buffer.from(lines));
    await output.close();
    return { requests, seconds: secondsSince(start) };
  },
};

const inProcess = (task, name, requests, path) =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['task', task, name, String(requests), path ?? '']);
    child.once('message', resolve);
    child.once('exit', (code) => code !== 0 && reject(new Error(`${task} ended with exit code ${code}`)));
  });

const perSecond = ({ requests, seconds }) => Math.round(requests / seconds);
const shown = (rate) => `${(rate / 1e6).toFixed(2)} M requests/s`;

const main = async () => {
  const target = await mkdtemp(join(tmpdir(), 'aibrix-bench-'));
  const path = join(target, 'workload.jsonl');
  try {
    const floor = await inProcess('floor', 'constant', REQUESTS, path);
    console.log(`floor, the same lines from a plain loop: ${shown(perSecond(floor))}`);
    for (const name of Object.keys(PROCESSES)) {
      const streamed = await inProcess('stream', name, REQUESTS);
      const written = await inProcess('file', name, REQUESTS, path);
      const small = await inProcess('file', name, REQUESTS / 10, path);
      const growth = written.rssMb - small.rssMb;
      console.log(`${name}, ${REQUESTS} requests`);
      console.log(`  streamed: ${shown(perSecond(streamed))}, ${streamed.rssMb.toFixed(0)} MB resident at most`);
      console.log(
        `  to a file with its certificate: ${shown(perSecond(written))} (${(perSecond(written) / perSecond(floor)).toFixed(2)} of the floor), ${(written.bytes / 1e6).toFixed(0)} MB`,
      );
      console.log(
        `  resident at most: ${small.rssMb.toFixed(0)} MB for a tenth of them, ${written.rssMb.toFixed(0)} MB for all`,
      );
      const { arrivals, interarrival_cv: cv, dispersion_1s: dispersion } = written.statistics;
      console.log(
        `  CV ${cv.toFixed(4)}, dispersion in 1 s ${dispersion.toFixed(4)}, p ${arrivals.ks_p_value?.toFixed(3) ?? 'of no use'}`,
      );
      const isMissed =
        perSecond(streamed) < MIN_REQUESTS_A_SECOND ||
        perSecond(written) < MIN_REQUESTS_A_SECOND ||
        growth > MAX_GROWTH_MB;
      if (isMissed || written.requests !== REQUESTS) {
        console.log(`  missed: at least ${shown(MIN_REQUESTS_A_SECOND)} each, at most ${MAX_GROWTH_MB} MB more`);
        process.exitCode = 1;
      }
    }
  } finally {
    await rm(target, { recursive: true });
  }
};

const [mode, task, name, requests, path] = process.argv.slice(2);
if (mode === 'task') process.send(await TASKS[task](name, Number(requests), path));
else await main();
