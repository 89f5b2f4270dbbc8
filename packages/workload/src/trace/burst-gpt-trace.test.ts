import { describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { burstGptTrace } from './burst-gpt-trace.js';

const folder = temporaryFolder();
const OLD = 'Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n';
const NEW = 'Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n';
const write = (content: string) => folder.write('trace.csv', content);

describe('burstGptTrace', () => {
  test('reads the older columns, and counts time from the first row', async () => {
    const reader = burstGptTrace(
      await write(`${OLD}5,ChatGPT,472,18,490,Conversation log\n45,GPT-4,1087,230,1317,API log\n`),
    );
    expect(await collect(reader)).toEqual([
      { timeMs: 0, inputTokens: 472, outputTokens: 18, model: 'ChatGPT', tags: { log_type: 'Conversation log' } },
      { timeMs: 40_000, inputTokens: 1087, outputTokens: 230, model: 'GPT-4', tags: { log_type: 'API log' } },
    ]);
    expect(reader.notes?.()).toEqual(['times count from the first row, which the trace has at 5 s']);
  });

  test('reads the newer columns, with sessions where they are given', async () => {
    const rows = await collect(
      burstGptTrace(
        await write(
          `${NEW}19440110.25,1722ac82-0a46,43,GPT-4,906,446,1352,Conversation log\n19440161.0,,2,ChatGPT,36,29,65,API log\n`,
        ),
      ),
    );
    expect(rows.map(({ timeMs, sessionId }) => [timeMs, sessionId])).toEqual([
      [0, '1722ac82-0a46'],
      [50_750, undefined],
    ]);
  });

  test('leaves out requests that failed, and keeps the times of the others', async () => {
    const path = await write(`${OLD}0,A,10,0,10,x\n7,A,20,5,25,x\n8,A,0,5,5,x\n9,A,30,0,30,x\n`);
    const reader = burstGptTrace(path);
    expect((await collect(reader)).map(({ timeMs, inputTokens }) => [timeMs, inputTokens])).toEqual([[7000, 20]]);
    expect(reader.notes?.()).toEqual(['failed requests, left out: 2', 'requests without tokens, left out: 1']);
  });

  test('keeps requests that failed when asked, without an output length', async () => {
    const reader = burstGptTrace(await write(`${OLD}0,A,10,0,10,x\n7,A,20,5,25,x\n`), { keepFailed: true });
    expect((await collect(reader)).map(({ outputTokens }) => outputTokens)).toEqual([null, 5]);
    expect(reader.notes?.()).toEqual(['failed requests, kept without an output length: 1']);
  });

  test.for([
    ['-1,A,1,1,2,x', 'Timestamp is "-1"'],
    ['NaN,A,1,1,2,x', 'Timestamp is "NaN"'],
    ['2,A,1,1,2,x', 'Timestamp 2 is earlier than the row before'],
    ['3,A,x,1,2,x', 'Request tokens is "x"'],
    ['3,A,1,,2,x', 'Response tokens is ""'],
  ] as const)('refuses the row %s', async ([bad, message]) => {
    await expect(collect(burstGptTrace(await write(`${OLD}3,A,1,1,2,x\n${bad}\n`)))).rejects.toMatchObject({
      code: 'input',
      message: `${folder.path('trace.csv')}:3: ${message}`,
    });
  });

  test('names a column that is missing', async () => {
    await expect(collect(burstGptTrace(await write('Timestamp,Model,Request tokens\n1,A,2\n')))).rejects.toThrow(
      'trace.csv:1: the header has no column Response tokens',
    );
  });

  test('refuses options that it does not know', () => {
    expect(() => burstGptTrace('x', { keepfailed: true } as object)).toThrow('burst_gpt:');
  });
});
