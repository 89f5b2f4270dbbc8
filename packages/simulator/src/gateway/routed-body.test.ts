import { expect, it } from 'vitest';
import { readRoutedBody } from './routed-body.js';

const read = (body: unknown): ReturnType<typeof readRoutedBody> => readRoutedBody(JSON.stringify(body));

it('has the prompt of every API as one text', () => {
  const parts = [{ type: 'text', text: 'and parts' }, { type: 'image_url' }];
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: parts },
    { role: 'assistant', content: null },
  ];
  expect(read({ messages })?.promptText).toBe('systemBe brief.userand partsassistant');
  expect(read({ prompt: 'one' })?.promptText).toBe('one');
  expect(read({ prompt: [1, 23] })?.promptText).toBe('1 23 ');
  expect(read({ instructions: 'Be brief.', input: [{ role: 'user', content: 'one' }] })?.promptText).toBe(
    'Be brief.userone',
  );
  expect(read({})?.promptText).toBe('');
});

it('takes what is missing or wrong for absent', () => {
  const absent = { model: undefined, stream: false, includeUsage: false, promptText: '' };
  expect(read({})).toEqual(absent);
  expect(read({ model: 7, stream: 'yes', stream_options: [], messages: { deep: true } })).toEqual(absent);
  expect(read({ model: '' })).toEqual(absent);
  expect(read({ model: 'm', stream: true, stream_options: { include_usage: true } })).toEqual({
    ...absent,
    model: 'm',
    stream: true,
    includeUsage: true,
  });
});

it('is none of what is no object', () => {
  for (const json of ['', '{', 'null', '[]', '"text"']) expect(readRoutedBody(json)).toBeUndefined();
});
