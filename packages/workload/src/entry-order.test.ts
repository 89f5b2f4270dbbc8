import { BenchmarkError } from '@aibrix/core/errors';
import { expect, test } from 'vitest';
import { createEntryOrder } from './entry-order.js';

test('refuses a time before that of the entry before, says where it stands and how to sort', () => {
  const order = createEntryOrder();
  for (const timestamp of [0, 0, 2.5]) order.check(timestamp, { file: 'a.jsonl', line: 1 });
  const failure = (line?: number): unknown => {
    try {
      order.check(2.4, { file: 'a.jsonl', line });
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(failure(9)).toMatchObject({
    code: 'input',
    message: 'a.jsonl:9: timestamp 2.4 is before that of the entry before it (2.5)',
    hint: expect.stringMatching(/aibrix workload sort.*sortWorkload/),
  });
  expect(failure()).toBeInstanceOf(BenchmarkError);
  expect(failure()).toMatchObject({ message: expect.stringContaining('a.jsonl: timestamp 2.4 of entry 3 is before') });
});
