import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ChatTemplate, createChatFrame, loadChatTemplate, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHAT_TEMPLATES, CHATS, type GoldenChat } from './chat-corpus.js';
import { goldenIds, sha256 } from './golden-ids.js';
import { modelFolder, readTokenizerJson } from './models.js';

const templateFile = (name: string): string => fileURLToPath(new URL(`./templates/${name}.jinja`, import.meta.url));

/** Texts that prompts may be: they begin with a letter or digit, and end in one or in a full stop, `?` or `!`. */
const TEXTS: readonly string[] = [
  'a',
  'I',
  'Hello',
  'hello',
  'Hello.',
  'Why?',
  'Stop!',
  '42',
  'x1.',
  'What is the simplest way to explain a message queue to a platform team on call?',
  'We call our system the neat goal. What would convince a team? Explain the trade-offs, please! What else?',
  'lion penalty. Each operator catches our late sand from this role',
  'Zwölf Boxkämpfer jagen Viktor.',
  '漢字を書く',
  'Please explain. '.repeat(300).trim(),
  'word '.repeat(2000).trim(),
];

/** What is known of each frame, by hand: the tokens of the rendered text before and after the message's own. */
const FRAMES: Record<string, { leadingTokens: number; trailingTokens: number }> = {
  // <|begin_of_text|> <|start_header_id|> user <|end_header_id|> \n\n … <|eot_id|> and the header of the answer
  llama3_1: { leadingTokens: 5, trailingTokens: 5 },
  // <|im_start|> user \n … <|im_end|> \n <|im_start|> assistant \n
  qwen3: { leadingTokens: 3, trailingTokens: 5 },
  // <｜begin▁of▁sentence｜> <｜User｜> … <｜Assistant｜>
  deepseek_v3: { leadingTokens: 2, trailingTokens: 1 },
  // <s> [INST] … [/INST]
  mistral_nemo: { leadingTokens: 2, trailingTokens: 1 },
  // <bos> <start_of_turn> user \n … <end_of_turn> \n <start_of_turn> model \n
  'gemma2-turns': { leadingTokens: 4, trailingTokens: 5 },
};

describe.each(CHAT_TEMPLATES)('$model $file', ({ model, file }) => {
  const name = file ? `${model}-${file}` : model;
  const golden: GoldenChat[] = JSON.parse(
    readFileSync(new URL(`./golden/chats/${name}.json`, import.meta.url), 'utf8'),
  );
  const load = async (variables?: Record<string, unknown>): Promise<ChatTemplate> => {
    const template = await loadChatTemplate(modelFolder(model), {
      ...(file && { file: templateFile(file) }),
      ...(variables && { variables }),
    });
    if (!template) throw new Error(`${name} has no template`);
    return template;
  };
  let tokenizer: Tokenizer;
  let template: ChatTemplate;
  beforeAll(async () => {
    tokenizer = await loadTokenizer(modelFolder(model));
    template = await load();
  }, 60_000);

  it.each(CHATS.map((chat, index) => ({ index, ...chat })))(
    'renders chat $index as Jinja does, and gives the text the ids of Hugging Face',
    async ({ index, messages, addGenerationPrompt, variables }) => {
      const expected = golden[index] as GoldenChat;
      const used = variables ? await load(variables) : template;
      if (expected.refused !== undefined) {
        expect(() => used.render(messages, { addGenerationPrompt })).toThrow(
          expect.objectContaining({ code: 'tokenizer', message: expect.stringContaining(expected.refused) }),
        );
        return;
      }
      const text = used.render(messages, { addGenerationPrompt });
      if (expected.text !== undefined) expect(text).toBe(expected.text);
      else expect(sha256(text)).toBe(expected.sha256);
      expect(goldenIds(tokenizer.encodeWithSpecialTokens(text))).toEqual(expected.ids);
    },
  );

  // "<|im_end|>" is no token of GPT-4o's vocabulary, so that it runs into the text: see below.
  if (model === 'gpt4o') return;
  it('has a frame that every text adds its own tokens to', () => {
    const frame = createChatFrame(tokenizer, template);
    expect(frame).toMatchObject({ isAdditive: true, maxErrorTokens: 0, templateSha256: template.sha256 });
    expect(frame.leadingTokens + frame.trailingTokens).toBe(frame.overheadTokens);
    if (FRAMES[name]) expect(frame).toMatchObject(FRAMES[name]);

    const config = JSON.parse(readFileSync(join(modelFolder(model), 'tokenizer_config.json'), 'utf8'));
    const independent = new HuggingFaceTokenizer(JSON.parse(readTokenizerJson(model).toString('utf8')), config);
    for (const text of TEXTS) {
      const messages = [{ role: 'user', content: text }];
      const { ids } = independent.encode(template.render(messages), { add_special_tokens: false });
      expect(frame.count(messages)).toBe(ids.length);
      expect(tokenizer.count(text) + frame.overheadTokens).toBe(ids.length);
    }
  });
});

describe('createChatFrame', () => {
  it('says by how much texts miss where the frame runs into them', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const template = await loadChatTemplate('o200k_base', { file: templateFile('chatml') });
    const frame = createChatFrame(tokenizer, template as ChatTemplate);
    expect(frame.isAdditive).toBe(false);
    expect(frame.maxErrorTokens).toBeGreaterThan(0);
    expect(frame.maxErrorTokens).toBeLessThanOrEqual(2);
  });
});

it('every package that is said to have no template has none', async () => {
  for (const { model, file } of CHAT_TEMPLATES) {
    const own = await loadChatTemplate(modelFolder(model));
    if (file !== undefined && file !== 'dated') expect(own).toBeUndefined();
    expect(existsSync(join(modelFolder(model), 'chat_template.jinja'))).toBe(false);
  }
});
