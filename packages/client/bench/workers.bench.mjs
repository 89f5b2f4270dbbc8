// What worker threads cost and keep: a Poisson workload at a fixed rate against a static server in a process of its own,
// sent by this thread and by one, two and three workers. Printed for each: the lag, the dispersion of arrivals against
// the plan's, the processor time of the whole client a request, and how much of a request this thread has to do with.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { runWorkload } from '@aibrix/client';
import { createRandom, exponential } from '@aibrix/core/random';

const RATE = Number(process.argv[2] ?? 600);
const SECONDS = 10;
const CHUNKS = 64;

const event = (value) => `data: ${JSON.stringify(value)}\n\n`;
const ANSWER = [
  ...Array.from({ length: CHUNKS }, () => event({ choices: [{ index: 0, delta: { content: ' word' } }] })),
  event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  event({ choices: [], usage: { prompt_tokens: 200, completion_tokens: CHUNKS, total_tokens: 200 + CHUNKS } }),
  'data: [DONE]\n\n',
].join('');

const serve = async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(ANSWER);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send(server.address().port);
};

const workload = () => {
  const gap = exponential(createRandom(1, 'bench'), RATE / 1000);
  let timestamp = 0;
  return Array.from({ length: RATE * SECONDS }, (_, index) => {
    timestamp += gap();
    return { timestamp, requests: [{ prompt: 'word '.repeat(200), session_id: index, output_length: CHUNKS }] };
  });
};

const measure = async (endpoint, workers) => {
  const run = runWorkload(workload(), { endpoint, model: 'm', preflight: 'off', workers });
  await run.started;
  const before = { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
  let written = 0;
  for await (const result of run) written += JSON.stringify(result).length;
  const { user, system } = process.cpuUsage(before.cpu);
  const { active } = performance.eventLoopUtilization(before.loop);
  const { counts, verdict, verdict_figures: figures, dispersion, warnings } = await run.finished;
  const ratio = ({ due, delivered }) => (delivered / due).toFixed(3);
  console.log(
    [
      `${workers} worker${workers === 1 ? ' ' : 's'}`,
      `${counts.succeeded} of ${counts.offered} (${verdict})`,
      `lag p50 ${figures.client_lag_p50_ms.toFixed(3)} ms, p99 ${figures.client_lag_p99_ms.toFixed(2)} ms`,
      `dispersion delivered/due ${dispersion.map((each) => `${each.window_ms} ms: ${ratio(each)}`).join(', ')}`,
      `CPU ${((user + system) / counts.offered).toFixed(0)} us a request`,
      `this thread ${((active * 1000) / counts.offered).toFixed(0)} us a request`,
      `${(written / counts.offered).toFixed(0)} bytes a result`,
      ...warnings,
    ].join(' | '),
  );
};

if (process.argv.includes('--serve')) {
  await serve();
} else {
  const server = fork(fileURLToPath(import.meta.url), ['--serve']);
  const [port] = await once(server, 'message');
  console.log(`Poisson at ${RATE} requests/s for ${SECONDS} s, ${CHUNKS} chunks an answer in one write`);
  for (const workers of [1, 2, 3]) await measure(`http://127.0.0.1:${port}`, workers);
  server.kill();
}
