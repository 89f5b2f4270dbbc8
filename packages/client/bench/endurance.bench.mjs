// Long and large runs: ten thousand streams held open, a million requests, a server that stands still. What is looked at is
// that nothing is lost, that memory stays flat, and that the schedule goes on.
// Runs on built output, client and server on cores of their own: taskset -c 1 node packages/client/bench/endurance.bench.mjs [streams|million|stall]…
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { recordRun, runWorkload } from '@aibrix/client';
import { quantileOfSorted } from '@aibrix/metrics';
import { spawnReferenceServer } from '@aibrix/simulator';

const folder = await mkdtemp(join(tmpdir(), 'endurance-'));
const resultsFile = join(folder, 'results.jsonl');
const server = await spawnReferenceServer({ cpus: '0' });
let hasMissed = false;

const expect = (text, isMet) => {
  hasMissed ||= !isMet;
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${text}`);
};

const MB = 1024 * 1024;
const rssMb = () => process.memoryUsage().rss / MB;

const writeWorkload = async (count, timestampOf, fields) => {
  const path = join(folder, 'workload.jsonl');
  const file = createWriteStream(path);
  for (let index = 0; index < count; index++) {
    const line = `${JSON.stringify({ timestamp: timestampOf(index), requests: [fields] })}\n`;
    if (!file.write(line)) await new Promise((resolve) => file.once('drain', resolve));
  }
  await finished(file.end());
  return path;
};

/** Replays a workload, and looks at memory every second: `[seconds since the start of load, MB]`. */
const replay = async (workload, options, during = () => {}) => {
  const run = runWorkload(workload, { endpoint: server.url, model: 'reference', preflight: 'off', ...options });
  const samples = [];
  let cpu = process.cpuUsage();
  const watch = setInterval(() => {
    const { phase, elapsedSeconds, inFlight, sent } = run.progress();
    if (phase !== 'preparing') samples.push({ seconds: elapsedSeconds, mb: rssMb(), inFlight, sent });
  }, 1000);
  run.started.then(() => {
    cpu = process.cpuUsage();
    during();
  });
  const record = await recordRun(run, resultsFile);
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  return { record, samples, cpuSeconds: (user + system) / 1e6 };
};

const TASKS = {
  async streams() {
    const STREAMS = 10_000;
    const RAMP_SECONDS = 15;
    const CHUNKS = 76;
    await server.setShape({ chunks: CHUNKS, firstTokenMs: 100, gapMs: 1000, keepsTruth: false });
    const gapMs = (RAMP_SECONDS * 1000) / STREAMS;
    const workload = await writeWorkload(STREAMS, (index) => index * gapMs, {
      prompt: 'word '.repeat(100),
      output_length: CHUNKS,
    });
    const { record, samples, cpuSeconds } = await replay(workload, { timeoutMs: 300_000 });
    const held = samples.filter(({ inFlight }) => inFlight === STREAMS);
    const [first, last] = [held[0], held.at(-1)];
    const seconds = last.seconds - first.seconds;
    console.log(
      `  ${STREAMS.toLocaleString('en-US')} streams at 1 token/s held for ${seconds.toFixed(0)} s: ${first.mb.toFixed(0)} MB at the beginning, ` +
        `${last.mb.toFixed(0)} MB at the end (${((first.mb * MB) / STREAMS / 1024).toFixed(0)} KB a stream), ${((cpuSeconds / (record.end_time - record.start_time)) * 100).toFixed(0)} % of a core`,
    );
    expect('all held for a minute', seconds >= 59);
    expect('no request lost', record.counts.succeeded === STREAMS);
    expect('memory flat: less than a tenth more at the end', last.mb < first.mb * 1.1);
  },

  async million() {
    const REQUESTS = 1_000_000;
    const CHUNKS = 16;
    await server.setShape({ chunks: CHUNKS, keepsTruth: false });
    const workload = await writeWorkload(REQUESTS, () => 0, { prompt: 'word '.repeat(20), output_length: CHUNKS });
    const { record, samples } = await replay(workload, { pacing: 'asap', concurrency: 64 });
    const seconds = record.end_time - record.start_time;
    const half = samples.filter(({ sent }) => sent > REQUESTS / 10 && sent < REQUESTS / 2);
    const rest = samples.filter(({ sent }) => sent >= REQUESTS / 2);
    const most = (list) => Math.max(...list.map(({ mb }) => mb));
    console.log(
      `  ${REQUESTS.toLocaleString('en-US')} requests in ${seconds.toFixed(0)} s (${Math.round(REQUESTS / seconds).toLocaleString('en-US')}/s), ` +
        `${((await stat(resultsFile)).size / 1e9).toFixed(2)} GB of results; at most ${most(half).toFixed(0)} MB resident up to half of them, ${most(rest).toFixed(0)} MB after`,
    );
    expect('no request lost', record.counts.succeeded === REQUESTS);
    expect('memory does not grow', most(rest) < most(half) * 1.05);
  },

  async stall() {
    const RATE = 200;
    const SECONDS = 20;
    const STALL_AT = 5;
    await server.setShape({ chunks: 16, firstTokenMs: 20, gapMs: null, keepsTruth: false });
    const workload = await writeWorkload(RATE * SECONDS, (index) => (index * 1000) / RATE, {
      prompt: 'hello',
      output_length: 16,
    });
    const { record } = await replay(workload, {}, () => setTimeout(() => server.stall(5000), STALL_AT * 1000));
    const latencies = [];
    let sentDuring = 0;
    let sentAfter = 0;
    for await (const line of createInterface({ input: createReadStream(resultsFile) })) {
      const { scheduled_time: scheduled, start_time: start, end_time: end } = JSON.parse(line);
      latencies.push(end - scheduled);
      const second = start - record.start_time;
      if (second >= STALL_AT && second < STALL_AT + 5) sentDuring++;
      if (second >= STALL_AT + 6) sentAfter++;
    }
    latencies.sort((a, b) => a - b);
    const p99 = quantileOfSorted(latencies, 0.99);
    console.log(
      `  a stall of 5 s at ${RATE} requests/s: latency from the schedule p50 ${(quantileOfSorted(latencies, 0.5) * 1000).toFixed(0)} ms, p99 ${p99.toFixed(2)} s; ` +
        `${sentDuring} sent while it stood still, ${sentAfter} in the ${SECONDS - STALL_AT - 6} s after it; verdict ${record.verdict} (lag p99 ${record.verdict_figures.client_lag_p99_ms} ms)`,
    );
    expect('the p99 on the scheduled clock shows the stall', p99 > 4.5);
    expect('the rate during it is the schedule’s', Math.abs(sentDuring - 5 * RATE) <= 2);
    expect('the rate after it is the schedule’s', Math.abs(sentAfter - (SECONDS - STALL_AT - 6) * RATE) <= 2);
    expect(
      'no request lost, and the client is not blamed',
      record.counts.succeeded === RATE * SECONDS && record.verdict === 'valid',
    );
  },
};

const named = process.argv.slice(2);
try {
  for (const name of named.length > 0 ? named : ['stall', 'streams', 'million']) {
    console.log(`\n${name}`);
    await TASKS[name]();
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true });
}
process.exit(hasMissed ? 1 : 0);
