import { createRandom } from '@aibrix/core/random';
import { describe, expect, it } from 'vitest';
import { readChatChunk } from './chat-answer.js';
import { RepeatedEvent } from './repeated-event.js';
import { StreamReader } from './stream-reader.js';

const chunkOf = (content: unknown, more: object = {}): string =>
  JSON.stringify({ id: 'c', created: 1, choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });

const event = (data: string): string => `data: ${data}\n\n`;

const contentOf = (value: unknown): string | undefined =>
  (value as { choices?: { delta: { content?: string } }[] } | undefined)?.choices?.[0]?.delta.content;

const taught = (data: string): RepeatedEvent => {
  const repeated = new RepeatedEvent();
  repeated.learn(data, contentOf(JSON.parse(data)) as string, contentOf);
  return repeated;
};

describe('an event like the one before it', () => {
  it('gives its text and its end, wherever it stands', () => {
    const repeated = taught(chunkOf(' one'));
    const stream = `: comment\n\n${event(chunkOf(' 東京'))}${event(chunkOf('x'))}`;
    const from = stream.indexOf('data:');
    const end = repeated.match(stream, from);
    expect([repeated.text, end]).toEqual([' 東京', from + event(chunkOf(' 東京')).length]);
    expect(repeated.match(stream, end)).toBe(stream.length);
    expect(repeated.text).toBe('x');
  });

  it.each([
    ['an escape in its text', event(chunkOf('a\nb'))],
    ['a quote in its text', event(chunkOf('a"b'))],
    ['no text', event(chunkOf(''))],
    ['another field', event(chunkOf('a', { usage: {} }))],
    ['another id', event(chunkOf('a')).replace('"c"', '"d"')],
    ['its end missing', event(chunkOf('a')).slice(0, -1)],
    ['a control character that JSON does not allow', event(chunkOf('a')).replace('"a"', '"\u0001"')],
    ['null for a text', event(chunkOf(null))],
  ])('is not one that has %s', (_, stream) => {
    expect(taught(chunkOf(' one')).match(stream, 0)).toBe(-1);
  });
});

describe('a form is learned only when another text in its place reads as that text', () => {
  it.each([
    ['the same text stands in another field after it', chunkOf('m', { model: 'm' })],
    ['the text is written with escapes', '{"choices":[{"delta":{"content":"\\u0061"}}]}'],
    ['the field is there twice', '{"choices":[{"delta":{"content":"a","content":"b"}}],"x":"b"}'],
  ])('not where %s', (_, data) => {
    expect(taught(data).match(event(data), 0)).toBe(-1);
  });

  it('finds the last of several places', () => {
    const data = `{"model":"m","choices":[{"delta":{"content":"m"}}]}`;
    expect(taught(data).match(event(data), 0)).toBe(event(data).length);
  });
});

/** What a stream says by parsing every event. */
const plainReading = (stream: string): { text: string; tokens: number } => {
  const texts = stream
    .split('\n\n')
    .filter((block) => block.startsWith('data: {'))
    .map((block) => contentOf(JSON.parse(block.slice(6))))
    .filter((text) => typeof text === 'string' && text !== '');
  return { text: texts.join(''), tokens: texts.length };
};

it('reads streams of any texts, forms and reads as parsing every event does', () => {
  const random = createRandom(7, 'streams');
  const TEXTS = [
    ' word',
    'x',
    '',
    ' 東',
    '🚀',
    'a"b',
    'back\\slash',
    'line\nbreak',
    '\t',
    'stand-in',
    '}]',
    '"',
    '\u2028',
  ];
  for (let round = 0; round < 300; round++) {
    let created = 1;
    const events = Array.from({ length: 40 }, () => {
      if (random.next() < 0.1) created++;
      const more = random.next() < 0.05 ? { usage: null } : {};
      return random.next() < 0.03
        ? ': comment\n\n'
        : event(chunkOf(random.pick(TEXTS), { created, model: ' word', ...more }));
    });
    const stream = events.join('');
    const bytes = Buffer.from(stream);
    const reader = new StreamReader({ keepsGaps: true, readChunk: readChatChunk });
    for (let from = 0; from < bytes.length; ) {
      const to = from + 1 + Math.floor(random.next() * 900);
      expect(reader.push(bytes.subarray(from, to), from)).toBeNull();
      from = to;
    }
    const { text, tokens } = plainReading(stream);
    expect(reader.answer).toMatchObject({ text, tokensSoFar: tokens });
  }
});
