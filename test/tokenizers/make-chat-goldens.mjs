/**
 * Writes `golden/chats/<model>[-<template>].json`: what Jinja itself makes of the chats of `chat-corpus.ts`, and the
 * token ids that Hugging Face's Rust implementation gives to the text, special tokens recognised and none added.
 *
 * Needs what `make-goldens.mjs` needs, and Python with jinja2:
 *
 *     node test/tokenizers/make-chat-goldens.mjs /tmp/golden
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHAT_TEMPLATES, CHATS } from './chat-corpus.ts';
import { goldenIds, sha256 } from './golden-ids.ts';
import { modelFolder, readTokenizerJson } from './models.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name the folder that the package tokenizers is installed in');
const { Tokenizer } = createRequire(join(resolve(folder), 'package.json'))('tokenizers');

const LONGEST_TEXT = 300;
const SPECIAL_TOKENS = ['bos_token', 'eos_token', 'unk_token', 'pad_token'];

const specialTokensOf = (config) =>
  Object.fromEntries(
    SPECIAL_TOKENS.flatMap((name) => {
      const text = config[name]?.content ?? config[name];
      return typeof text === 'string' ? [[name, text]] : [];
    }),
  );

const render = (chats) =>
  JSON.parse(
    execFileSync('python3', [fileURLToPath(new URL('./render-chats.py', import.meta.url))], {
      input: JSON.stringify(chats),
      encoding: 'utf8',
    }),
  );

mkdirSync(new URL('./golden/chats/', import.meta.url), { recursive: true });
for (const { model, file } of CHAT_TEMPLATES) {
  const config = JSON.parse(readFileSync(join(modelFolder(model), 'tokenizer_config.json'), 'utf8'));
  const template = file
    ? readFileSync(new URL(`./templates/${file}.jinja`, import.meta.url), 'utf8')
    : config.chat_template;
  const rendered = render(
    CHATS.map(({ messages, addGenerationPrompt = true, variables = {} }) => ({
      template,
      messages,
      add_generation_prompt: addGenerationPrompt,
      variables: { ...specialTokensOf(config), ...variables },
    })),
  );
  const tokenizer = Tokenizer.fromString(readTokenizerJson(model).toString('utf8'));
  const chats = [];
  for (const { text, refused } of rendered) {
    if (refused !== undefined) {
      chats.push({ refused });
      continue;
    }
    const ids = goldenIds((await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds());
    chats.push(text.length <= LONGEST_TEXT ? { text, ids } : { sha256: sha256(text), ids });
  }
  const name = file ? `${model}-${file}` : model;
  const out = new URL(`./golden/chats/${name}.json`, import.meta.url);
  writeFileSync(out, `[\n${chats.map((chat) => JSON.stringify(chat)).join(',\n')}\n]\n`);
  console.log(`${name}: ${chats.length} chats, ${chats.filter(({ refused }) => refused !== undefined).length} refused`);
}
