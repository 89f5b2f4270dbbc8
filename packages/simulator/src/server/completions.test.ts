import { loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import { answerOf, ask, eventsOf, refusalOf } from './testing/ask.js';
import { start } from './testing/chat.js';

const PATH = '/v1/completions';

interface Completion {
  id: string;
  object: string;
  choices: { text: string; finish_reason: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

const body = (tokens: number, fields: object = {}): object => ({
  ...{ model: 'm', prompt: ' one two three', max_tokens: tokens, min_tokens: tokens },
  ...fields,
});

const tokenizer = await loadTokenizer('o200k_base');

describe('a completion', () => {
  it('has as many tokens as its usage says', async () => {
    const simulator = await start();
    for (const tokens of [1, 17, 300]) {
      const { id, object, choices, usage } = await answerOf<Completion>(simulator, PATH, body(tokens));
      expect(id).toMatch(/^cmpl-sim-/);
      expect(object).toBe('text_completion');
      expect(tokenizer.count(choices[0]?.text ?? '')).toBe(tokens);
      expect(choices[0]?.finish_reason).toBe('length');
      expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: tokens, total_tokens: 3 + tokens });
    }
  });

  it('has 16 tokens at most where the request does not say, as many as the context where it says null', async () => {
    const simulator = await start();
    const fields = { model: 'm', prompt: 'p', ignore_eos: true };
    expect((await answerOf<Completion>(simulator, PATH, fields)).usage?.completion_tokens).toBe(16);
    const lengths = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const request = { model: 'm', prompt: `p${index}`, max_tokens: null };
        return (await answerOf<Completion>(simulator, PATH, request)).usage?.completion_tokens ?? 0;
      }),
    );
    expect(Math.max(...lengths)).toBeGreaterThan(200);
  });

  it('is the same for a text and for its token ids', async () => {
    const simulator = await start();
    const prompt = 'Tell a story of naïve cafés in 東京.';
    const ids = [...tokenizer.encode(prompt)];
    const ofText = await answerOf<Completion>(simulator, PATH, body(9, { prompt }));
    for (const given of [ids, [ids], [prompt]]) {
      const { choices, usage } = await answerOf<Completion>(simulator, PATH, body(9, { prompt: given }));
      expect({ choices, usage }).toEqual({ choices: ofText.choices, usage: ofText.usage });
    }
    expect(ofText.usage?.prompt_tokens).toBe(ids.length);
  });

  it('is streamed a chunk a token, then the reason of its end, the usage and [DONE]', async () => {
    const simulator = await start();
    const streamed = { stream: true, stream_options: { include_usage: true } };
    const events = eventsOf(await (await ask(simulator, PATH, body(5, streamed))).text());
    expect(events.pop()?.data).toBe('[DONE]');
    const chunks = events.map(({ data }): Completion => JSON.parse(data));
    expect(chunks).toHaveLength(5 + 1 + 1);
    const whole = await answerOf<Completion>(simulator, PATH, body(5));
    expect(chunks.map(({ choices }) => choices[0]?.text ?? '').join('')).toBe(whole.choices[0]?.text);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([
      ...Array(5).fill(null),
      'length',
      undefined,
    ]);
    expect(chunks.map(({ usage }) => usage?.completion_tokens)).toEqual([...Array(6).fill(undefined), 5]);
  });

  it.each([
    [{ prompt: '' }, 'prompt', 'prompt must be a text or a list of token ids and not empty, found "".'],
    [{ prompt: [] }, 'prompt', 'found []'],
    [{ prompt: undefined }, 'prompt', 'found nothing'],
    [{ prompt: ['a', 'b'] }, 'prompt', 'prompt holds 2 prompts; one a request is served here.'],
    [{ prompt: [1, 2_000_000_000] }, 'prompt', 'Token id 2000000000 is out of vocabulary.'],
    [{ prompt: [1, -1] }, 'prompt', 'Token id -1 is out of vocabulary.'],
    [{ prompt: [1.5] }, 'prompt', 'Token id 1.5 is out of vocabulary.'],
    [{ n: 2 }, 'n', 'n must be 1'],
    [{ echo: true }, 'echo', 'echo is not served here.'],
    [{ max_tokens: 4, min_tokens: 5 }, 'min_tokens', 'min_tokens must not be above max_tokens (4)'],
    [{ stream_options: {} }, 'stream_options', 'stream_options can only be set when stream is true.'],
    [{ prompt: ' a'.repeat(100) }, 'prompt', "This model's maximum context length is 100 tokens"],
    [{ max_tokens: 98, min_tokens: 0 }, 'max_tokens', "This model's maximum context length is 100 tokens"],
  ])('of %j is refused', async (fields, param, message) => {
    const simulator = await start({ maxModelLen: 100 });
    expect(await refusalOf(simulator, PATH, body(1, fields))).toMatchObject({
      ...{ status: 400, code: 400, type: 'BadRequestError', param, message: expect.stringContaining(message) },
    });
  });
});

describe('usage in every chunk', () => {
  const options = { stream: true, stream_options: { include_usage: true, continuous_usage_stats: true } };

  it.each([
    ['/v1/completions', {}, [1, 2, 3, 4, 4, 4]],
    // The chunk of the role comes before the first token.
    ['/v1/chat/completions', { messages: [{ role: 'user', content: ' one two three' }] }, [0, 1, 2, 3, 4, 4, 4]],
  ])('of %s counts the tokens so far', async (path, fields, expected) => {
    const simulator = await start();
    const events = eventsOf(await (await ask(simulator, path, { ...body(4, options), ...fields })).text());
    const usages = events.slice(0, -1).map(({ data }) => (JSON.parse(data) as Completion).usage);
    expect(usages.map((usage) => usage?.completion_tokens)).toEqual(expected);
    for (const usage of usages) {
      expect(usage).toMatchObject({ prompt_tokens: 3, total_tokens: 3 + Number(usage?.completion_tokens) });
    }
  });

  it('is not there without include_usage', async () => {
    const simulator = await start();
    const alone = { stream: true, stream_options: { continuous_usage_stats: true } };
    expect(await (await ask(simulator, PATH, body(4, alone))).text()).not.toContain('usage');
  });
});
