import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.js';
import { bodyFor, type Completion, complete, post, start } from './testing/chat.js';

interface Turn {
  role: string;
  content: string;
}

interface Asked {
  promptTokens: number;
  cachedTokens: number;
  answer: string;
}

const ask = async (simulator: Simulator, messages: Turn[], fields: object = {}): Promise<Asked> => {
  const completion = (await complete(simulator, { ...bodyFor(40), messages, ...fields })) as Completion & {
    usage: { prompt_tokens_details: { cached_tokens: number } };
  };
  return {
    promptTokens: completion.usage.prompt_tokens,
    cachedTokens: completion.usage.prompt_tokens_details.cached_tokens,
    answer: completion.choices[0].message.content,
  };
};

const user = (content: string): Turn => ({ role: 'user', content });
const LONG = 'The ships came back in the evening, and the market was open until the last lamp went out. '.repeat(10);

/** Four turns, each with the answers before; how many tokens each one finds of those it could. */
const converse = async (simulator: Simulator): Promise<{ found: number; could: number }[]> => {
  const messages: Turn[] = [];
  const turns: { found: number; could: number }[] = [];
  let before = 0;
  for (let turn = 0; turn < 4; turn++) {
    messages.push(user(`Turn ${turn}. ${LONG}`));
    const { promptTokens, cachedTokens, answer } = await ask(simulator, messages);
    turns.push({ found: cachedTokens, could: Math.floor(before / 16) * 16 });
    messages.push({ role: 'assistant', content: answer });
    // The last token of an answer was never computed.
    before = promptTokens + 40 - 1;
  }
  return turns;
};

const withTemplate = async (template: string): Promise<Simulator> => {
  const chatTemplate = join(await mkdtemp(join(tmpdir(), 'aibrix-template-')), 'chat.jinja');
  await writeFile(chatTemplate, template);
  const simulator = await start({ countMode: 'chat', chatTemplate });
  await rm(dirname(chatTemplate), { recursive: true });
  return simulator;
};

describe('a conversation', () => {
  const whole = (turns: { found: number; could: number }[]): void => {
    expect(turns.map(({ found }) => found)).toEqual(turns.map(({ could }) => could));
    expect(turns[3]?.found).toBeGreaterThan(500);
  };

  it('finds all full blocks of the turns before it, answers included', async () => {
    whole(await converse(await start()));
  });

  it('does so as a chat template renders it', async () => {
    const template = `{% for m in messages %}{{ '<' + m.role + '>\n' + m.content + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<assistant>\n' }}{% endif %}`;
    whole(await converse(await withTemplate(template)));
  });

  it('does so where the template strips what is around an answer', async () => {
    const template = `{% for m in messages %}{{ '<' + m.role + '>\n' + m.content | trim + '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<assistant>\n' }}{% endif %}`;
    whole(await converse(await withTemplate(template)));
  });
});

describe('what is cached', () => {
  it('is shared by prompts that begin alike, up to the block where they part', async () => {
    const simulator = await start();
    const first = await ask(simulator, [user(LONG), user('One question.')]);
    const second = await ask(simulator, [user(LONG), user('Another one.')]);
    expect(first.cachedTokens).toBe(0);
    expect(second.cachedTokens).toBe(Math.floor((first.promptTokens - 3) / 16) * 16);
  });

  it('is not shared between models, nor between salts', async () => {
    const simulator = await start();
    const found = async (fields: object): Promise<number> => (await ask(simulator, [user(LONG)], fields)).cachedTokens;
    expect(await found({})).toBe(0);
    expect(await found({ model: 'other' })).toBe(0);
    expect(await found({ cache_salt: 'a' })).toBe(0);
    expect(await found({ cache_salt: 'b' })).toBe(0);
    for (const fields of [{}, { model: 'other' }, { cache_salt: 'a' }])
      expect(await found(fields)).toBeGreaterThan(150);
  });

  it('is gone after POST /reset_prefix_cache', async () => {
    const simulator = await start();
    await ask(simulator, [user(LONG)]);
    const response = await fetch(`${simulator.url}/reset_prefix_cache`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(simulator.stats().cachedKvBlocks).toBe(0);
    expect((await ask(simulator, [user(LONG)])).cachedTokens).toBe(0);
  });
});

it('refuses a salt that is none', async () => {
  const simulator = await start();
  for (const cache_salt of ['', 7]) {
    const response = await post(simulator, bodyFor(1, { cache_salt }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'cache_salt' } });
  }
});

it('refuses a request that the whole cache could not hold', async () => {
  const simulator = await start({ maxModelLen: 160, kvCacheTokens: 160 });
  const response = await post(simulator, bodyFor(158));
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('maximum context length is 160 tokens');
  expect((await post(simulator, bodyFor(157))).status).toBe(200);
});
