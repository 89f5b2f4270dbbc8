import { describe, expect, test } from 'vitest';
import { createPromptTableBuilder } from './prompt-table.js';

describe('createPromptTableBuilder', () => {
  test('keeps offsets in files of any size', () => {
    const offsets = [0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 12_345, 2 ** 48 - 1];
    const builder = createPromptTableBuilder(false);
    for (const offset of offsets) {
      builder.addRecord(offset);
      builder.addPrompt(7, null);
    }
    const table = builder.build();
    expect(offsets.map((_, record) => table.offset(record))).toEqual(offsets);
  });

  test('gives the record of each prompt, and the first prompt of each record', () => {
    const builder = createPromptTableBuilder(true);
    for (const [record, turns] of [[3, 4], [5], [6, 7, 8]].entries()) {
      builder.addRecord(record * 100);
      for (const tokens of turns) builder.addPrompt(tokens, tokens === 7 ? null : tokens * 10);
    }
    const table = builder.build();
    expect([table.records, table.prompts]).toEqual([3, 6]);
    expect([0, 1, 2, 3].map(table.firstPrompt)).toEqual([0, 2, 3, 6]);
    expect([0, 1, 2, 3, 4, 5].map(table.recordOf)).toEqual([0, 0, 1, 2, 2, 2]);
    expect([0, 1, 2, 3, 4, 5].map(table.promptTokens)).toEqual([3, 4, 5, 6, 7, 8]);
    expect([0, 1, 2, 3, 4, 5].map(table.outputTokens)).toEqual([30, 40, 50, 60, null, 80]);
  });

  test('takes each prompt for a record of its own where there are no sessions', () => {
    const builder = createPromptTableBuilder(false);
    for (let record = 0; record < 5000; record++) {
      builder.addRecord(record * 10);
      builder.addPrompt(record, record);
    }
    const table = builder.build();
    expect([table.records, table.prompts, table.recordOf(4999), table.firstPrompt(4999)]).toEqual([
      5000, 5000, 4999, 4999,
    ]);
    expect([table.offset(4999), table.promptTokens(4999), table.outputTokens(4999)]).toEqual([49_990, 4999, 4999]);
  });
});
