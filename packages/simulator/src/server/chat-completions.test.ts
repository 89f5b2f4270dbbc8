import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.js';
import { bodyFor, chunksOf, complete, post, start, steadyProfile, tokensOf } from './testing/chat.js';

describe('prompt tokens', () => {
  const template = `{% for m in messages %}{% if m.role == 'tool' %}{{ raise_exception('no tools here') }}{% endif %}{{ m.role + ':\n' + m.content + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:\n' }}{% endif %}`;
  const promptTokens = async (simulator: Simulator, messages: object[]): Promise<number | undefined> =>
    (await complete(simulator, { ...bodyFor(1), messages })).usage?.prompt_tokens;

  it('are those of the rendered chat, where the template is counted', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'aibrix-template-')), 'chat.jinja');
    await writeFile(file, template);
    const simulator = await start({ countMode: 'chat', chatTemplate: file });
    await rm(dirname(file), { recursive: true });
    const tokenizer = await loadTokenizer('o200k_base');
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
    ];
    const rendered = 'system:\nBe brief.\n\nuser:\nWhy?\n\nassistant:\n';
    expect(await promptTokens(simulator, messages)).toBe(tokenizer.count(rendered));
    expect(await promptTokens(await start(), messages)).toBe(tokenizer.count('Be brief.') + tokenizer.count('Why?'));

    const refused = await post(simulator, { ...bodyFor(1), messages: [{ role: 'tool', content: 'x' }] });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('no tools here');
  });

  it('cannot be of a chat where there is no template', async () => {
    await expect(start({ countMode: 'chat' })).rejects.toMatchObject({
      code: 'usage',
      message: 'o200k_base has no chat template to count with',
    });
  });
});

describe('a streamed answer', () => {
  it('is the role, a chunk a token, the reason of its end, the usage and [DONE], in this order', async () => {
    const simulator = await start();
    const response = await post(simulator, bodyFor(5, { stream: true, stream_options: { include_usage: true } }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const chunks = chunksOf(await response.text());
    expect(chunks).toHaveLength(1 + 5 + 1 + 1);
    expect(chunks[0]?.choices).toMatchObject([{ delta: { role: 'assistant', content: '' }, finish_reason: null }]);
    for (const { choices } of chunks.slice(1, 6)) {
      const content = expect.stringMatching(/^ [a-z]+$/);
      expect(choices).toEqual([{ index: 0, delta: { content }, logprobs: null, finish_reason: null }]);
    }
    expect(chunks[6]?.choices).toMatchObject([{ delta: { content: '' }, finish_reason: 'length' }]);
    expect(chunks[7]).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 5,
        total_tokens: 8,
        prompt_tokens_details: { cached_tokens: 0 },
      },
    });
    expect(new Set(chunks.map(({ id, model }) => `${id} ${model}`)).size).toBe(1);
  });

  it('has no usage unless asked for', async () => {
    const simulator = await start();
    const chunks = chunksOf(await (await post(simulator, bodyFor(5, { stream: true }))).text());
    expect(chunks).toHaveLength(7);
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('has as many tokens as its usage says, under the tokenizer that is served', async () => {
    const simulator = await start({ tokenizer: 'cl100k_base' });
    const tokenizer = await loadTokenizer('cl100k_base');
    for (const count of [1, 2, 17, 300]) {
      const body = bodyFor(count, { stream: true, stream_options: { include_usage: true } });
      const chunks = chunksOf(await (await post(simulator, body)).text());
      const tokens = tokensOf(chunks);
      expect(tokens).toHaveLength(count);
      expect(tokenizer.count(tokens.join(''))).toBe(count);
      expect(chunks.at(-1)?.usage?.completion_tokens).toBe(count);
    }
  });

  it('comes at the pace of the engine', async () => {
    const simulator = await start({ profile: steadyProfile(40) });
    const startMs = performance.now();
    const response = await post(simulator, bodyFor(4, { stream: true }));
    const reads: number[] = [];
    for await (const _ of response.body ?? []) reads.push(performance.now() - startMs);
    // A busy machine may read late, and several writes at once; nothing comes before the model has it.
    expect(reads[0]).toBeGreaterThanOrEqual(39);
    expect(reads.at(-1)).toBeGreaterThanOrEqual(159);
  });
});

describe('an answer that is not streamed', () => {
  it('comes as one body with its usage', async () => {
    const simulator = await start();
    const response = await post(simulator, bodyFor(5));
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant' }, finish_reason: 'length' }],
      usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 },
    });
  });

  it('has the text of the streamed one', async () => {
    const simulator = await start();
    const streamed = tokensOf(chunksOf(await (await post(simulator, bodyFor(50, { stream: true }))).text()));
    const { choices } = await complete(simulator, bodyFor(50));
    expect(choices[0].message.content).toBe(streamed.join(''));
  });
});

describe('prompt tokens', () => {
  it('are the sum over the messages, with nothing added by a chat template', async () => {
    const simulator = await start();
    const tokenizer = await loadTokenizer('o200k_base');
    const texts = ['You are terse.', 'What is a KV cache — 缓存?', 'A store.\n'];
    const messages = texts.map((content) => ({ role: 'user', content }));
    const { usage } = await complete(simulator, bodyFor(1, { messages }));
    expect(usage.prompt_tokens).toBe(texts.reduce((sum, text) => sum + tokenizer.count(text), 0));
  });
});

describe('the length of an answer', () => {
  it('is exactly max_tokens with ignore_eos', async () => {
    const simulator = await start();
    const body = bodyFor(700, { min_tokens: 0, ignore_eos: true });
    const { usage, choices } = await complete(simulator, body);
    expect(usage.completion_tokens).toBe(700);
    expect(choices[0].finish_reason).toBe('length');
  });

  it('is drawn within min_tokens and max_tokens otherwise', async () => {
    const simulator = await start();
    const reasons = new Set<string>();
    for (let index = 0; index < 30; index++) {
      const messages = [{ role: 'user', content: `Question ${index}` }];
      const body = bodyFor(200, { min_tokens: 50, messages });
      const { usage, choices } = await complete(simulator, body);
      expect(usage.completion_tokens).toBeGreaterThanOrEqual(50);
      expect(usage.completion_tokens).toBeLessThanOrEqual(200);
      reasons.add(choices[0].finish_reason);
    }
    expect(reasons).toEqual(new Set(['stop', 'length']));
  });
});

describe('a seed', () => {
  const ask = async (seed: number, contents: string[]): Promise<Map<string, string>> => {
    const simulator = await start({ seed });
    const answers = await Promise.all(
      contents.map(async (content): Promise<[string, string]> => {
        const body = { model: 'm', messages: [{ role: 'user', content }] };
        const { choices } = await complete(simulator, body);
        return [content, choices[0].message.content];
      }),
    );
    return new Map(answers);
  };

  it('gives each conversation the same answer, in whatever order they come', async () => {
    const first = await ask(1, ['a', 'b', 'c']);
    expect(await ask(1, ['c', 'a', 'b'])).toEqual(first);
    expect(new Set(first.values()).size).toBe(3);
  });

  it('gives other answers than another seed', async () => {
    expect(await ask(2, ['a'])).not.toEqual(await ask(1, ['a']));
  });
});

describe('many requests at once', () => {
  it('are all answered, each whole', async () => {
    const simulator = await start({ profile: steadyProfile(2), maxNumSeqs: 50 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const messages = [{ role: 'user', content: `Question ${index}` }];
        const body = bodyFor(1 + (index % 7), { messages, stream: true });
        return tokensOf(chunksOf(await (await post(simulator, body)).text())).length;
      }),
    );
    expect(answers).toEqual(answers.map((_, index) => 1 + (index % 7)));
    expect(simulator.stats()).toMatchObject({ received: 300, succeeded: 300, running: 0, waiting: 0, usedKvBlocks: 0 });
  });
});
