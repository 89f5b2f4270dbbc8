/**
 * `synthetic-multiturn` at 250,000, 500,000 and 1,000,000 sessions, written to a file: time, and memory above the loaded
 * tokenizer. The floor is writing the same bytes. Run after a build with
 * `node packages/dataset/bench/multiturn.bench.mjs [--sessions 1000000]`; needs 3 GB of disk in the temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { syntheticMultiturn, writeDatasetFile } from '@aibrix/dataset';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';

/** The median counts: how far V8 lets its young generation grow depends on what else the machine does. */
const ROUNDS = 3;
const MAX_ABOVE_MB = 120;

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '1000000' },
    make: { type: 'string' },
    output: { type: 'string' },
  },
});

const peakMegabytes = () => process.resourceUsage().maxRSS / 1000;

/** In a process of its own, so that memory is what this takes. */
const make = async (sessions, output) => {
  const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
  const loadedMegabytes = peakMegabytes();
  const begin = performance.now();
  const manifest = await writeDatasetFile(
    output,
    syntheticMultiturn({ sessionsMean: sessions, sessionsStd: 0 }, source),
  );
  console.log(
    JSON.stringify({
      seconds: (performance.now() - begin) / 1000,
      loadedMegabytes,
      peakMegabytes: peakMegabytes(),
      bytes: manifest.bytes,
      sha256: manifest.sha256,
      prompts: manifest.statistics.prompts,
      tokens: manifest.statistics.prompt_tokens.total,
    }),
  );
};

const medianOf = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

const copySeconds = async (from, to) => {
  const begin = performance.now();
  await pipeline(createReadStream(from, { highWaterMark: 1 << 20 }), createWriteStream(to));
  return (performance.now() - begin) / 1000;
};

const measureAll = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aibrix-multiturn-'));
  try {
    const largest = Number(values.sessions);
    for (const sessions of [largest / 4, largest / 2, largest]) {
      const output = join(folder, 'dataset.jsonl');
      const words = [fileURLToPath(import.meta.url), '--make', String(sessions), '--output', output];
      const rounds = Array.from({ length: ROUNDS }, () => {
        const { stdout, status } = spawnSync(process.execPath, words, {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        if (status !== 0) throw new Error('a measurement failed');
        return JSON.parse(stdout);
      });
      if (new Set(rounds.map(({ sha256 }) => sha256)).size !== 1) throw new Error('two runs gave other bytes');
      const [{ bytes, tokens }] = rounds;
      const seconds = medianOf(rounds.map((round) => round.seconds));
      const above = rounds.map(({ peakMegabytes, loadedMegabytes }) => peakMegabytes - loadedMegabytes);
      const copied = await copySeconds(output, join(folder, 'copy.jsonl'));
      console.log(
        `${sessions.toLocaleString('en').padStart(9)} sessions: ${seconds.toFixed(1)} s, ` +
          `${((seconds / sessions) * 1e6).toFixed(1)} µs a session, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s ` +
          `(floor, copying the file: ${(bytes / 1e6 / copied).toFixed(0)} MB/s), ${(tokens / 1e6).toFixed(0)} M tokens; ` +
          `above the loaded tokenizer ${medianOf(above).toFixed(0)} MB, at most ${Math.max(...above).toFixed(0)} MB`,
      );
      if (medianOf(above) > MAX_ABOVE_MB) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
};

await (values.make === undefined ? measureAll() : make(Number(values.make), values.output));
