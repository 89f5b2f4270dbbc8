import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createChatFrame,
  createChatTemplate,
  createPromptSource,
  loadTokenizer,
  type Tokenizer,
} from '@aibrix/synthesis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientTrace } from '../src/client-trace/generate.js';
import type { GeneratedDataset } from '../src/generated-dataset.js';
import { messages } from '../src/messages/generate.js';
import { sharegpt } from '../src/sharegpt/generate.js';
import { syntheticMultiturn } from '../src/synthetic-multiturn/generate.js';
import { syntheticShared } from '../src/synthetic-shared/generate.js';
import { sharedPreset } from '../src/synthetic-shared/presets.js';
import { table } from '../src/table/generate.js';
import { VERSION } from '../src/version.js';
import { writeDatasetFile } from '../src/write-dataset-file.js';

let folder: string;
let outside: string;
let tokenizer: Tokenizer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aibrix-golden-'));
  tokenizer = await loadTokenizer('o200k_base');
  // Read where they are by a name without folders: manifests hold the path that was given.
  await cp(fileURLToPath(new URL('golden/sources/', import.meta.url)), folder, { recursive: true });
  outside = process.cwd();
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(outside);
  await rm(folder, { recursive: true });
});

const sourceOf = (content: 'prose' | 'random-words') => createPromptSource(tokenizer, { seed: 0, content });

/** Small datasets of every generator; their bytes change with a major version only. */
const DATASETS: Record<string, () => GeneratedDataset> = {
  'synthetic-multiturn': () =>
    syntheticMultiturn(
      {
        sessionsMean: 12,
        sessionsStd: 0,
        promptTokensMean: 30,
        promptTokensStd: 20,
        sharedPrefixTokens: 16,
        outputTokensMean: 50,
        outputTokensStd: 10,
      },
      sourceOf('prose'),
    ),
  'synthetic-multiturn-random-words': () =>
    syntheticMultiturn(
      { sessionsMean: 6, sessionsStd: 0, promptTokensMean: 20, promptTokensStd: 0, sharedPrefixTokens: 8 },
      sourceOf('random-words'),
    ),
  'synthetic-shared': () =>
    syntheticShared(
      {
        mixes: [
          {
            promptTokensMean: 60,
            promptTokensStd: 10,
            sharedProportion: 0.7,
            sharedProportionStd: 0.1,
            samplesPerPrefix: 4,
            prefixes: 2,
          },
          { promptTokensMean: 40, sharedProportion: 0.1, samplesPerPrefix: 5 },
        ],
        randomizeOrder: true,
        appName: 'golden',
      },
      sourceOf('prose'),
    ),
  'synthetic-shared-preset': () =>
    syntheticShared({ mixes: [sharedPreset('toolbench', { samplesPerPrefix: 2, prefixes: 1 })] }, sourceOf('prose')),
  'synthetic-multiturn-chat': () => {
    const template = createChatTemplate(`{{ 'user: ' + messages[0].content + ' # answer:' }}`);
    const chat = createChatFrame(tokenizer, template);
    const source = createPromptSource(tokenizer, { seed: 0, chat });
    return syntheticMultiturn({ sessionsMean: 3, sessionsStd: 0, promptTokensMean: 30, promptTokensStd: 0 }, source);
  },
  'share-gpt': () => sharegpt({ path: 'conversations.json' }, tokenizer),
  'client-trace': () => clientTrace({ path: 'results.jsonl' }, tokenizer),
  messages: () => messages({ path: 'messages.jsonl' }, tokenizer),
  'messages-whole': () => messages({ path: 'messages.jsonl', form: 'messages' }, tokenizer),
  csv: () => table({ path: 'faq.txt', format: 'csv' }, tokenizer),
  jsonl: () => table({ path: 'faq.jsonl', columns: { prompt: 'item.q', session: 'who' } }, tokenizer),
};

describe.each(Object.entries(DATASETS))('%s', (name, create) => {
  test('gives the bytes that it always gave, and so does its manifest', async () => {
    const path = join(folder, `${name}.out.jsonl`);
    await writeDatasetFile(path, create());
    await expect(await readFile(path, 'utf8')).toMatchFileSnapshot(`golden/${name}.jsonl`);
    const manifest = await readFile(`${path}.manifest.json`, 'utf8');
    await expect(manifest.replace(`"${VERSION}"`, '"any"')).toMatchFileSnapshot(`golden/${name}.manifest.json`);
  });
});
