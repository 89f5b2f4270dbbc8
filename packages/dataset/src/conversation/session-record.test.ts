import { promptSessionSchema } from '@aibrix/schema';
import { loadTokenizer } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { sessionRecord } from './session-record.js';

const CONVERSATION = { system: 'Be kind.', prompts: ['Why?', 'naïve 東京 🚀'], completions: ['Because it is so.'] };

test('has its fields in one order, and lengths that another tokenizer implementation counts', async () => {
  const record = sessionRecord('a', CONVERSATION, await loadTokenizer('o200k_base'));
  expect(JSON.stringify(record)).toBe(
    JSON.stringify({
      session_id: 'a',
      ...CONVERSATION,
      prompt_lengths: CONVERSATION.prompts.map((text) => encode(text).length),
      output_lengths: CONVERSATION.completions.map((text) => encode(text).length),
    }),
  );
  expect(promptSessionSchema.parse(record)).toEqual(record);
});

test('leaves out what there is none of', async () => {
  const lone = { prompts: ['Why?'], completions: [] };
  expect(Object.keys(sessionRecord(3, lone))).toEqual(['session_id', 'prompts']);
  expect(Object.keys(sessionRecord(3, lone, await loadTokenizer('o200k_base')))).toEqual([
    'session_id',
    'prompts',
    'prompt_lengths',
  ]);
});
