import { createVirtualClock } from '@aibrix/core/clock';
import { loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.js';
import { answerOf, ask, refusalOf } from './testing/ask.js';
import { start, steadyProfile, until } from './testing/chat.js';

const PATH = '/v1/embeddings';

interface Embeddings {
  object: string;
  data: { index: number; object: string; embedding: number[] | string }[];
  usage: { prompt_tokens: number; total_tokens: number };
}

const vectors = async (simulator: Simulator, fields: object): Promise<number[][]> => {
  const { data } = await answerOf<Embeddings>(simulator, PATH, { model: 'm', ...fields });
  return data.map(({ embedding }) => embedding as number[]);
};

const dot = (a: readonly number[] = [], b: readonly number[] = []): number =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);

const tokenizer = await loadTokenizer('o200k_base');

describe('embeddings', () => {
  it('are unit vectors that follow from seed and text', async () => {
    const simulator = await start();
    const [a, b, again] = await vectors(simulator, { input: ['one', 'two', 'one'] });
    expect(a).toHaveLength(768);
    expect(dot(a, a)).toBeCloseTo(1, 6);
    expect(again).toEqual(a);
    // Two directions by chance in 768 dimensions: six standard deviations are 0.22.
    expect(Math.abs(dot(a, b))).toBeLessThan(0.22);
    expect(await vectors(await start({ seed: 0 }), { input: 'one' })).toEqual([a]);
    expect(await vectors(await start({ seed: 1 }), { input: 'one' })).not.toEqual([a]);
  });

  it('are the same for a text and for its token ids, and in base64', async () => {
    const simulator = await start();
    const text = 'naïve cafés in 東京';
    const ids = [...tokenizer.encode(text)];
    const [vector] = await vectors(simulator, { input: text, dimensions: 12 });
    expect(vector).toHaveLength(12);
    expect(await vectors(simulator, { input: ids, dimensions: 12 })).toEqual([vector]);
    expect(await vectors(simulator, { input: [ids, text], dimensions: 12 })).toEqual([vector, vector]);
    const { data } = await answerOf<Embeddings>(simulator, PATH, {
      ...{ model: 'm', input: text, dimensions: 12, encoding_format: 'base64' },
    });
    const bytes = Buffer.from(data[0]?.embedding as string, 'base64');
    const decoded = Array.from({ length: 12 }, (_, index) => bytes.readFloatLE(index * 4));
    expect(decoded).toEqual(vector?.map(Math.fround));
  });

  it('count their prompt tokens, and no others', async () => {
    const simulator = await start();
    const input = ['one two three', 'naïve cafés in 東京'];
    const tokens = input.reduce((sum, text) => sum + tokenizer.count(text), 0);
    const answer = await answerOf<Embeddings>(simulator, PATH, { model: 'm', input, dimensions: 2 });
    expect(answer).toMatchObject({
      object: 'list',
      model: 'm',
      data: [
        { index: 0, object: 'embedding' },
        { index: 1, object: 'embedding' },
      ],
      usage: { prompt_tokens: tokens, total_tokens: tokens, completion_tokens: 0 },
    });
  });

  it('take one step of the engine, however long the model would talk', async () => {
    const simulator = await start({ profile: steadyProfile(1) });
    const steps = simulator.stats().steps;
    await vectors(simulator, { input: 'one two three' });
    expect(simulator.stats().steps - steps).toBe(1);
    expect(simulator.stats()).toMatchObject({ running: 0, succeeded: 1 });
  });

  it('leave the engine with the client that goes away', async () => {
    const clock = createVirtualClock();
    const simulator = await start({ profile: steadyProfile(1000), clock });
    const abort = new AbortController();
    const body = JSON.stringify({ model: 'm', input: ['one', 'two'] });
    const asked = fetch(`${simulator.url}${PATH}`, { method: 'POST', body, signal: abort.signal });
    await until(() => simulator.stats().waiting === 2);
    abort.abort();
    await expect(asked).rejects.toThrow();
    await until(() => simulator.stats().waiting === 0);
    expect(simulator.stats()).toMatchObject({ abandoned: 1, succeeded: 0 });
  });

  it.each([
    [{ input: '' }, 'input', 'input must be a text or a list of token ids and not empty'],
    [{ input: [] }, 'input', 'found []'],
    [{ input: ['a', ''] }, 'input', 'found ""'],
    [{ input: ['a', 5] }, 'input', 'found 5.'],
    [
      { input: 'a', encoding_format: 'int8' },
      'encoding_format',
      'encoding_format must be "float" or "base64", found "int8".',
    ],
    [{ input: 'a', dimensions: 0 }, 'dimensions', 'dimensions must be a whole number of at least 1, found 0.'],
    [{ input: ' a'.repeat(100) }, 'input', "This model's maximum context length is 100 tokens"],
  ])('of %j are refused', async (fields, param, message) => {
    const simulator = await start({ maxModelLen: 100 });
    expect(await refusalOf(simulator, PATH, { model: 'm', ...fields })).toMatchObject({
      ...{ status: 400, type: 'BadRequestError', param, message: expect.stringContaining(message) },
    });
  });

  it('need the key and a model that is served', async () => {
    const simulator = await start({ apiKey: 'secret', models: ['m'] });
    expect((await ask(simulator, PATH, { model: 'm', input: 'a' })).status).toBe(401);
    const open = await start({ models: ['m'] });
    expect((await ask(open, PATH, { model: 'x', input: 'a' })).status).toBe(404);
  });
});
