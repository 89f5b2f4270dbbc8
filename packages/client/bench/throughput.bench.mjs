// What one core of the client carries: streamed chat completions of 64 chunks from a reference server on the other core, beside a
// bare loop of undici's dispatch, eventsource-parser and JSON.parse (the floor), ky over fetch, and the openai SDK.
// Runs on built output: node packages/client/bench/throughput.bench.mjs [coalesced|paced]…
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnReferenceServer } from '@aibrix/simulator';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SERVER_CORE = '0';
const CLIENT_CORE = '1';
const CONCURRENCY = 64;
const CHUNKS = 64;
const ROUNDS = 5;

const SHAPES = {
  coalesced: {
    gapMs: null,
    requests: { bare: 20_000, aibrix: 20_000, ky: 4_000, openai: 3_000 },
    minOfBare: 0.85,
    minOf: { ky: 3, openai: 5 },
  },
  paced: { gapMs: 0, requests: { bare: 6_000, aibrix: 6_000 }, minOfBare: 0.8, minOf: {} },
};

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const measure = (contender, endpoint, requests, workload, results) =>
  JSON.parse(
    execFileSync(
      'taskset',
      [
        '-c',
        CLIENT_CORE,
        process.execPath,
        join(HERE, 'contenders.mjs'),
        contender,
        endpoint,
        String(requests),
        String(CONCURRENCY),
        workload,
        results,
      ],
      { encoding: 'utf8' },
    ),
  );

const folder = await mkdtemp(join(tmpdir(), 'throughput-'));
const named = process.argv.slice(2);
let hasMissed = false;
const hold = (text, value, minimum) => {
  const isMet = value >= minimum;
  hasMissed ||= !isMet;
  console.log(`  ${text}: ${value.toFixed(2)} (at least ${minimum}: ${isMet ? 'met' : 'MISSED'})`);
};

try {
  for (const [shape, { gapMs, requests, minOfBare, minOf }] of Object.entries(SHAPES)) {
    if (named.length > 0 && !named.includes(shape)) continue;
    const workload = join(folder, `${shape}.jsonl`);
    const prompt = 'word '.repeat(100);
    await writeFile(
      workload,
      `${JSON.stringify({ timestamp: 0, requests: [{ prompt, prompt_length: 100, output_length: CHUNKS }] })}\n`.repeat(
        requests.aibrix,
      ),
    );
    const server = await spawnReferenceServer({ cpus: SERVER_CORE });
    await server.setShape({ chunks: CHUNKS, gapMs, keepsTruth: false });
    const seen = {};
    try {
      // Taken in turn, so that a busy moment of the machine meets all alike.
      for (let round = 0; round < ROUNDS; round++) {
        for (const contender of Object.keys(requests)) {
          const result = measure(contender, server.url, requests[contender], workload, join(folder, 'results.jsonl'));
          seen[contender] ??= [];
          seen[contender].push(result);
        }
      }
    } finally {
      await server.close();
    }
    console.log(
      `\n${shape}: ${CHUNKS} chunks an answer, ${CONCURRENCY} requests at once, one core, median of ${ROUNDS}`,
    );
    const rates = {};
    for (const [contender, results] of Object.entries(seen)) {
      rates[contender] = median(results.map((result) => result.requests / result.seconds));
      const cpu = median(results.map((result) => (result.cpuSeconds / result.requests) * 1e6));
      const busy = median(results.map((result) => result.cpuSeconds / result.seconds));
      console.log(
        `  ${contender.padEnd(8)} ${Math.round(rates[contender]).toLocaleString('en-US').padStart(8)} requests/s, ` +
          `${Math.round(rates[contender] * CHUNKS)
            .toLocaleString('en-US')
            .padStart(9)} chunks/s, ${cpu.toFixed(0)} µs of its core a request, ` +
          `core busy ${(busy * 100).toFixed(0)} %${results[0].chunksPerRead ? `, ${results[0].chunksPerRead.toFixed(1)} chunks a read` : ''}`,
      );
    }
    const pairs = seen.aibrix.map(
      (result, round) => result.requests / result.seconds / (seen.bare[round].requests / seen.bare[round].seconds),
    );
    hold('of the bare loop, median of the rounds', median(pairs), minOfBare);
    for (const [other, minimum] of Object.entries(minOf)) hold(`times ${other}`, rates.aibrix / rates[other], minimum);
  }
} finally {
  await rm(folder, { recursive: true });
}
process.exitCode = hasMissed ? 1 : 0;
