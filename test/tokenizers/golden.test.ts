import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_TOKENIZERS, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  corpusSha256,
  differingTexts,
  type Golden,
  type GoldenVariant,
  goldenIds,
  goldenVariant,
  sha256,
} from './golden-ids.js';
import { HARD_CORPUS } from './hard-corpus.js';
import { MODELS, modelFolder, readTokenizerJson } from './models.js';
import { VARIANTS } from './variants.js';

const readGolden = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./golden/${name}.json`, import.meta.url), 'utf8'));

/** Texts whose ids differ from the golden ones, with both. */
const differences = (encode: (text: string) => Uint32Array, goldenOf: (index: number) => unknown): unknown[] =>
  HARD_CORPUS.flatMap((text, index) => {
    const [ids, golden] = [goldenIds(encode(text)), goldenOf(index)];
    return JSON.stringify(ids) === JSON.stringify(golden) ? [] : [{ index, text: text.slice(0, 80), ids, golden }];
  });

describe.each(MODELS)('%s', (model) => {
  const golden = readGolden<Golden>(model);
  let tokenizer: Tokenizer;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(modelFolder(model));
  }, 60_000);

  it('has goldens of this definition and this corpus', () => {
    expect(golden.tokenizer_sha256).toBe(sha256(readTokenizerJson(model)));
    expect(golden.tokenizer_sha256).toBe(tokenizer.sha256);
    expect(golden.corpus_sha256).toBe(corpusSha256(HARD_CORPUS));
    expect(golden.plain).toHaveLength(HARD_CORPUS.length);
  });

  it('gives every text the ids that Hugging Face gives it', () => {
    expect(differences(tokenizer.encode, (index) => golden.plain[index])).toEqual([]);
  });

  it('recognises special tokens as Hugging Face does when it is asked to', () => {
    expect(differences(tokenizer.encodeWithSpecialTokens, (i) => golden.special[i] ?? golden.plain[i])).toEqual([]);
  });
});

describe('built-in tokenizers', () => {
  // The published tokenizer.json of the same vocabulary, by Hugging Face.
  const GOLDENS: Record<string, string> = { o200k_base: 'gpt4o', cl100k_base: 'cl100k_base' };

  it.each(BUILT_IN_TOKENIZERS)('%s gives every text the ids that Hugging Face gives it', async (name) => {
    const golden = readGolden<Golden>(GOLDENS[name] as string);
    expect(golden.corpus_sha256).toBe(corpusSha256(HARD_CORPUS));
    const tokenizer = await loadTokenizer(name);
    expect(differences(tokenizer.encode, (index) => golden.plain[index])).toEqual([]);
    expect(differences(tokenizer.encodeWithSpecialTokens, (i) => golden.special[i] ?? golden.plain[i])).toEqual([]);
  });
});

describe('a definition with another part', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aibrix-variant-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(VARIANTS))('%s: gives the ids that Hugging Face gives', async (name, { base, change }) => {
    const golden = readGolden<GoldenVariant>(`variants/${name}`);
    const definition = JSON.parse(readTokenizerJson(base).toString('utf8'));
    change(definition);
    const file = join(folder, 'tokenizer.json');
    writeFileSync(file, JSON.stringify(definition));
    const tokenizer = await loadTokenizer(file);
    const ids = goldenVariant(
      HARD_CORPUS,
      HARD_CORPUS.map((text) => tokenizer.encode(text)),
      HARD_CORPUS.map((text) => tokenizer.encodeWithSpecialTokens(text)),
    );
    const shown = (digits: string, expected: string): string[] =>
      differingTexts(digits, expected).map((index) => JSON.stringify(HARD_CORPUS[index]).slice(0, 80));
    expect({ plain: shown(ids.plain, golden.plain), special: shown(ids.special, golden.special) }).toEqual({
      plain: [],
      special: [],
    });
    expect(ids).toEqual(golden);
  });
});
