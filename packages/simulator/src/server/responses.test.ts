import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import { answerOf, ask, eventsOf, refusalOf } from './testing/ask.js';
import { complete, start } from './testing/chat.js';

const PATH = '/v1/responses';

interface Reply {
  id: string;
  status: string;
  incomplete_details: { reason: string } | null;
  output: { id: string; status: string; content: { text: string }[] }[];
  usage: { input_tokens: number; output_tokens: number; total_tokens: number };
}

const body = (tokens: number, fields: object = {}): object => ({
  ...{ model: 'm', input: ' one two three', max_output_tokens: tokens, ignore_eos: true },
  ...fields,
});

const textOf = ({ output }: Reply): string => output[0]?.content[0]?.text ?? '';

const tokenizer = await loadTokenizer('o200k_base');

describe('a response', () => {
  it('has as many tokens as its usage says, and is incomplete where the limit ends it', async () => {
    const simulator = await start();
    for (const tokens of [1, 17, 300]) {
      const reply = await answerOf<Reply>(simulator, PATH, body(tokens));
      expect(tokenizer.count(textOf(reply))).toBe(tokens);
      expect(reply).toMatchObject({
        id: expect.stringMatching(/^resp_sim-/),
        object: 'response',
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        usage: {
          input_tokens: 3,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: tokens,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 3 + tokens,
        },
      });
    }
  });

  it('is complete where it ends by itself', async () => {
    const simulator = await start();
    const reply = await answerOf<Reply>(simulator, PATH, { model: 'm', input: 'p' });
    expect(reply).toMatchObject({ status: 'completed', incomplete_details: null, output: [{ status: 'completed' }] });
  });

  it('answers a conversation as the chat API does', async () => {
    const simulator = await start();
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'So.' },
      { role: 'user', content: 'Oh.' },
    ];
    const chat = await complete(simulator, { model: 'm', messages, max_tokens: 9, ignore_eos: true });
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'Why?' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'So.' }] },
      { role: 'user', content: 'Oh.' },
    ];
    const reply = await answerOf<Reply>(simulator, PATH, body(9, { instructions: 'Be brief.', input }));
    expect(textOf(reply)).toBe(chat.choices[0].message.content);
    expect(reply.usage.input_tokens).toBe(chat.usage.prompt_tokens);
  });

  it('counts calls of functions and what they gave', async () => {
    const simulator = await start();
    const input = [
      { role: 'user', content: 'Rome?' },
      { type: 'function_call', call_id: 'c', name: 'look_up', arguments: '{"city":"Rome"}' },
      { type: 'function_call_output', call_id: 'c', output: 'sunny' },
    ];
    const reply = await answerOf<Reply>(simulator, PATH, body(1, { input }));
    const tokens = ['Rome?', 'look_up{"city":"Rome"}', 'sunny'].map((text) => tokenizer.count(text));
    expect(reply.usage.input_tokens).toBe(tokens.reduce((sum, count) => sum + count, 0));
  });

  it('is streamed as named events in the order of their numbers', async () => {
    const simulator = await start();
    const response = await ask(simulator, PATH, body(3, { stream: true }));
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(await response.text());
    const parsed = events.map(
      ({ data }) => JSON.parse(data) as { type: string; sequence_number: number; delta?: string },
    );
    expect(parsed.map(({ type }) => type)).toEqual([
      ...['response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added'],
      ...Array(3).fill('response.output_text.delta'),
      ...[
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.incomplete',
      ],
    ]);
    expect(events.map(({ name }) => name)).toEqual(parsed.map(({ type }) => type));
    expect(parsed.map((event) => event.sequence_number)).toEqual([...parsed.keys()]);
    const whole = await answerOf<Reply>(simulator, PATH, body(3));
    expect(parsed.map(({ delta }) => delta ?? '').join('')).toBe(textOf(whole));
    const last = parsed.at(-1) as unknown as { response: Reply };
    expect(textOf(last.response)).toBe(textOf(whole));
    expect(last.response.usage).toEqual(whole.usage);
  });

  it.each([
    [{ input: undefined }, 400, 'input', 'input must be a text or a list of at least one item, found nothing.'],
    [{ input: [] }, 400, 'input', 'found []'],
    [{ input: [{ content: 'x' }] }, 400, 'input', 'input[0].role must be a string, found nothing.'],
    [{ input: [{ type: 'computer_call' }] }, 400, 'input', 'input[0] has type "computer_call"'],
    [{ input: [{ role: 'user', content: [{ type: 'input_image' }] }] }, 400, 'input', 'only text is served here'],
    [{ instructions: 5 }, 400, 'instructions', 'instructions must be a string, found 5.'],
    [{ max_output_tokens: 0 }, 400, 'max_output_tokens', 'max_output_tokens must be a whole number of at least 1'],
    [{ max_output_tokens: 98 }, 400, 'max_output_tokens', "This model's maximum context length is 100 tokens"],
    [{ background: true }, 400, 'background', 'background is not served here.'],
    [{ previous_response_id: 'resp_0' }, 404, 'previous_response_id', "Response with id 'resp_0' not found."],
  ])('of %j is refused', async (fields, status, param, message) => {
    const simulator = await start({ maxModelLen: 100 });
    expect(await refusalOf(simulator, PATH, body(1, fields))).toMatchObject({
      ...{ status, code: status, param, message: expect.stringContaining(message) },
    });
  });
});

describe('tokenize and detokenize', () => {
  interface Tokens {
    count: number;
    tokens: number[];
    max_model_len: number;
    token_strs: string[] | null;
  }

  it('give the ids of a text and the text of ids', async () => {
    const simulator = await start({ maxModelLen: 100 });
    const prompt = 'naïve cafés in 東京';
    const ids = [...tokenizer.encode(prompt)];
    expect(await answerOf(simulator, '/tokenize', { model: 'm', prompt })).toEqual({
      ...{ count: ids.length, tokens: ids, max_model_len: 100, token_strs: null },
    });
    const named = await answerOf<Tokens>(simulator, '/tokenize', { prompt: 'a b', return_token_strs: true });
    expect(named.token_strs).toEqual(['a', ' b']);
    expect(await answerOf(simulator, '/detokenize', { tokens: ids })).toEqual({ prompt });
  });

  it('give the ids of messages as they are counted', async () => {
    const messages = [
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: 'So.' },
    ];
    const plain = await start();
    const apart = ['Why?', 'So.'].flatMap((text) => [...tokenizer.encode(text)]);
    expect((await answerOf<Tokens>(plain, '/tokenize', { messages })).tokens).toEqual(apart);

    const file = join(await mkdtemp(join(tmpdir(), 'aibrix-template-')), 'chat.jinja');
    const template =
      "{% for m in messages %}{{ m.role + ':' + m.content + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}";
    await writeFile(file, template);
    const rendering = await start({ countMode: 'chat', chatTemplate: file });
    await rm(dirname(file), { recursive: true });
    const rendered = async (fields: object): Promise<string> => {
      const { tokens } = await answerOf<Tokens>(rendering, '/tokenize', { messages, ...fields });
      return tokenizer.decode(Uint32Array.from(tokens));
    };
    expect(await rendered({})).toBe('user:Why?\nassistant:So.\nassistant:');
    expect(await rendered({ add_generation_prompt: false })).toBe('user:Why?\nassistant:So.\n');
    const chat = await complete(rendering, { model: 'm', messages, max_tokens: 1 });
    expect((await answerOf<Tokens>(rendering, '/tokenize', { messages })).count).toBe(chat.usage.prompt_tokens);
  });

  it.each([
    ['/tokenize', { prompt: 5 }, 400, 'prompt must be a string, found 5.'],
    ['/tokenize', { messages: [] }, 400, 'messages must be a list of at least one message'],
    ['/tokenize', { prompt: 'x', model: 'other' }, 404, 'The model `other` does not exist.'],
    ['/detokenize', { tokens: 'x' }, 400, 'tokens must be a list, found "x".'],
    ['/detokenize', { tokens: [1, 'x'] }, 400, 'Token id x is out of vocabulary.'],
    ['/detokenize', { tokens: [4_000_000_000] }, 400, 'Token id 4000000000 is out of vocabulary.'],
  ])('%s refuses %j', async (path, fields, status, message) => {
    const simulator = await start({ models: ['m'] });
    expect(await refusalOf(simulator, path, fields)).toMatchObject({
      status,
      message: expect.stringContaining(message),
    });
  });
});
