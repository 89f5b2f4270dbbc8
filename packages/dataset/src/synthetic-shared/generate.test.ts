import { createHash } from 'node:crypto';
import type { PlainPrompt } from '@aibrix/schema';
import {
  createChatFrame,
  createChatTemplate,
  createPromptSource,
  loadTokenizer,
  type PromptSource,
} from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect, testSource } from '../../test/prompt-source.js';
import { syntheticShared } from './generate.js';
import { type SharedMix, syntheticSharedOptionsSchema } from './options.js';
import { planSharedPrompts } from './plan.js';

let source: PromptSource;
beforeAll(async () => {
  source = await testSource();
});

const MIXES: SharedMix[] = [
  {
    promptTokensMean: 120,
    promptTokensStd: 40,
    sharedProportion: 0.6,
    sharedProportionStd: 0.2,
    samplesPerPrefix: 6,
    prefixes: 3,
  },
  { promptTokensMean: 300, sharedProportion: 0.9, samplesPerPrefix: 4, prefixes: 2 },
];

const byGroup = (prompts: PlainPrompt[]): Map<number, PlainPrompt[]> =>
  Map.groupBy(prompts, (prompt) => prompt.prefix_group ?? -1);

const commonLength = (a: number[], b: number[]): number => {
  const end = a.findIndex((token, index) => token !== b[index]);
  return end === -1 ? a.length : end;
};

test('shares on the server what it states, up to where the chat template ends a prompt', async () => {
  const tokenizer = await loadTokenizer('o200k_base');
  const template = createChatTemplate(
    `{% for m in messages %}{{ 'user: ' + m.content + ' # end of it' }}{% endfor %}{% if add_generation_prompt %}{{ ' and answer:' }}{% endif %}`,
  );
  const chat = createChatFrame(tokenizer, template);
  expect(chat.trailingTokens).toBeGreaterThan(3);
  const chatSource = createPromptSource(tokenizer, { seed: 0, chat });
  const mix = { promptTokensMean: 100, promptTokensStd: 30, sharedProportion: 1, samplesPerPrefix: 12, prefixes: 2 };
  const dataset = syntheticShared({ mixes: [mix] }, chatSource);
  const records = await collect(dataset);
  const rendered = records.map(({ prompt }) =>
    tokenizer.encodeWithSpecialTokens(template.render([{ role: 'user', content: prompt }])),
  );
  expect(rendered.map((ids) => ids.length)).toEqual(records.map(({ token_count }) => token_count));
  for (const [index, ids] of rendered.entries()) {
    for (const [otherIndex, other] of rendered.entries()) {
      if (records[index]?.prefix_group !== records[otherIndex]?.prefix_group) continue;
      const shared = Math.min(ids.length, other.length) - chat.trailingTokens;
      expect(ids.subarray(0, shared)).toEqual(other.subarray(0, shared));
    }
  }
});

test('states the length that a prompt has where a tokenizer cannot be exact', async () => {
  const tokenizer = await loadTokenizer('o200k_base');
  const template = createChatTemplate(`{{ messages[0].content + '\\n\\n' }}`);
  const melting = createPromptSource(tokenizer, { seed: 0, chat: createChatFrame(tokenizer, template) });
  expect(melting.synthesis.method).toBe('verified');
  const mix = { promptTokensMean: 30, promptTokensStd: 10, sharedProportion: 1, samplesPerPrefix: 40, prefixes: 2 };
  const dataset = syntheticShared({ mixes: [mix] }, melting);
  for (const { prompt, token_count } of await collect(dataset)) expect(melting.count(prompt)).toBe(token_count);
});

describe('syntheticShared', () => {
  test('states lengths that another tokenizer implementation counts', async () => {
    for (const { prompt, token_count } of await collect(syntheticShared({ mixes: MIXES }, source))) {
      expect(encode(prompt)).toHaveLength(token_count ?? -1);
    }
  });

  test('shares at least the planned tokens within a group, and next to nothing beyond', async () => {
    const prompts = await collect(syntheticShared({ mixes: MIXES }, source));
    const plan = planSharedPrompts(syntheticSharedOptionsSchema.parse({ mixes: MIXES }).mixes, { seed: 0 });
    let beyond = 0;
    let pairs = 0;
    for (let a = 0; a < prompts.length; a++) {
      for (let b = a + 1; b < prompts.length; b++) {
        if (prompts[a]?.prefix_group !== prompts[b]?.prefix_group) continue;
        const planned = Math.min(plan.prompt(a).sharedTokens, plan.prompt(b).sharedTokens);
        const common = commonLength(encode(prompts[a]?.prompt ?? ''), encode(prompts[b]?.prompt ?? ''));
        expect(common).toBeGreaterThanOrEqual(planned);
        pairs++;
        beyond += common - planned;
      }
    }
    expect(pairs).toBe(3 * 15 + 2 * 6);
    // Unshared parts may start with the same token by chance.
    expect(beyond / pairs).toBeLessThan(1);
  });

  test('starts prefixes of all mixes differently within two tokens', async () => {
    const mixes = [
      { promptTokensMean: 6, sharedProportion: 0.9, samplesPerPrefix: 1, prefixes: 300 },
      { promptTokensMean: 7, sharedProportion: 0.9, samplesPerPrefix: 1, prefixes: 300 },
    ];
    const prompts = await collect(syntheticShared({ mixes }, source));
    const starts = new Set(prompts.map(({ prompt }) => encode(prompt).slice(0, 2).join()));
    expect(starts.size).toBe(600);
  });

  test('counts groups over the whole dataset, and mixes', async () => {
    const prompts = await collect(syntheticShared({ mixes: MIXES }, source));
    const groups = byGroup(prompts);
    expect([...groups.keys()]).toEqual([0, 1, 2, 3, 4]);
    expect([...groups.values()].map((group) => group.length)).toEqual([6, 6, 6, 4, 4]);
    expect([...groups.values()].map((group) => new Set(group.map(({ config_id }) => config_id)))).toEqual(
      [0, 0, 0, 1, 1].map((mix) => new Set([mix])),
    );
  });

  test('makes prompts that are wholly shared, and prompts that share nothing', async () => {
    const mix = { promptTokensMean: 50, samplesPerPrefix: 3 };
    const whole = await collect(syntheticShared({ mixes: [{ ...mix, sharedProportion: 1 }] }, source));
    expect(new Set(whole.map(({ prompt }) => prompt)).size).toBe(1);
    const none = syntheticShared({ mixes: [{ ...mix, sharedProportion: 0 }] }, source);
    expect(new Set((await collect(none)).map(({ prompt }) => prompt)).size).toBe(3);
    expect(none.findings?.().statistics).toMatchObject({ prefix_proportion: 0, prefix_sharing_ratio: 0 });
  });

  test('shuffles the same prompts with the seed', async () => {
    const inOrder = await collect(syntheticShared({ mixes: MIXES }, source));
    const shuffled = await collect(syntheticShared({ mixes: MIXES, randomizeOrder: true }, source));
    const sorted = (prompts: PlainPrompt[]) => prompts.map(({ prompt }) => prompt).sort();
    expect(sorted(shuffled)).toEqual(sorted(inOrder));
    expect(shuffled).not.toEqual(inOrder);
    expect(await collect(syntheticShared({ mixes: MIXES, randomizeOrder: true }, source))).toEqual(shuffled);
  });

  test('reports sharing that holds on the tokens', async () => {
    const dataset = syntheticShared({ mixes: MIXES }, source);
    const prompts = await collect(dataset);
    const ratios = [...byGroup(prompts).values()].map((group) => {
      const tokens = group.map(({ prompt }) => encode(prompt));
      const common = Math.min(...tokens.map((other) => commonLength(tokens[0] ?? [], other)));
      return (common * tokens.length) / tokens.flat().length;
    });
    const measured = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
    const { prefix_sharing_ratio: reported } = dataset.findings?.().statistics ?? {};
    // Measured on tokens a group may have some more in common, where its unshared parts all happen to start alike.
    expect(reported).toBeLessThanOrEqual(measured);
    expect(measured - Number(reported)).toBeLessThan(0.01);
  });

  test('keeps its lengths from version to version', async () => {
    const prompts = await collect(syntheticShared({}, source));
    const lengths = prompts.map(({ token_count }) => token_count);
    expect(prompts).toHaveLength(99);
    expect(lengths.slice(0, 6)).toMatchInlineSnapshot(`
      [
        3996,
        3994,
        3990,
        4014,
        4000,
        3993,
      ]
    `);
    expect(createHash('sha256').update(JSON.stringify(lengths)).digest('hex')).toMatchInlineSnapshot(
      `"c0ad4539f63e1a7f04e80fe3b419c3e933895d9d99623c94766ca0e01e0ba8cc"`,
    );
  });

  test('names every problem of its options at once', () => {
    const mixes = [{ promptTokensMean: -1, sharedProportion: 1.2, samplesPerPrefix: 0, promptTokensStd: -3 }];
    expect(() => syntheticShared({ mixes }, source)).toThrowError(
      expect.objectContaining({
        code: 'usage',
        message:
          'synthetic_shared: mixes[0].promptTokensMean: must be at least 1 token; mixes[0].promptTokensStd: must not be negative; mixes[0].sharedProportion: must lie between 0 and 1; mixes[0].samplesPerPrefix: must be at least 1',
      }),
    );
  });
});
