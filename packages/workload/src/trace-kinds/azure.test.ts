import { createHash } from 'node:crypto';
import { createPromptSource, loadTokenizer, type PromptSource } from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { AZURE_CONVERSATION_TRACE, isMissing } from '../../test/shared-traces.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { azureTrace } from '../trace/azure-trace.js';
import { azure } from './azure.js';

const folder = temporaryFolder();
let source: PromptSource;
beforeAll(async () => {
  source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
});

const TRACE = `TIMESTAMP,ContextTokens,GeneratedTokens\r
2023-11-16 18:15:46.6805900,374,44\r
2023-11-16 18:15:46.6805900,12,109\r
2023-11-16 18:15:47.6811111,879,55\r
`;

describe('azure', () => {
  test('sends each row at its own time with exactly its lengths', async () => {
    const tracePath = await folder.write('trace.csv', TRACE);
    const entries = await collect(azure({ tracePath, lengthMode: 'exact' }, { source }));
    expect(
      entries.map(({ timestamp, requests }) => [
        timestamp,
        requests.map(({ prompt, prompt_length, output_length }) => [
          encode(prompt ?? '').length,
          prompt_length,
          output_length,
        ]),
      ]),
    ).toEqual([
      [0, [[374, 374, 44]]],
      [0, [[12, 12, 109]]],
      [1000.521, [[879, 879, 55]]],
    ]);
  });

  test('cuts at the duration, and notes a trace that is shorter', async () => {
    const tracePath = await folder.write('trace.csv', TRACE);
    const cut = azure({ tracePath, lengthMode: 'exact', durationMs: 1000 }, { source });
    expect(await collect(cut)).toHaveLength(2);
    expect(cut.findings?.().notes).toEqual(['the trace goes on after 1000 ms, the duration, where it is cut']);
    const short = azure({ tracePath, lengthMode: 'exact', durationMs: 5000 }, { source });
    expect(await collect(short)).toHaveLength(3);
    expect(short.findings?.().notes).toEqual(['the trace ends at 1000.521 ms, before the duration of 5000 ms']);
  });

  test('pairs rows with prompts of about their lengths, and keeps the output lengths of the trace', async () => {
    const tracePath = await folder.write('trace.csv', TRACE);
    const dataset = [
      { prompt: 'short', token_count: 13 },
      { prompt: 'right, but for another answer', token_count: 374, completion_tokens: 500 },
      { prompt: 'middle', token_count: 400, completion_tokens: 45 },
      { prompt: 'long', token_count: 800, completion_tokens: 60 },
    ];
    const pool = await openPromptPool(await folder.write('dataset.jsonl', jsonl(dataset)));
    const entries = await collect(azure({ tracePath }, { pool }));
    expect(entries.flatMap(({ requests }) => requests)).toEqual([
      { prompt: 'middle', prompt_length: 400, output_length: 44 },
      { prompt: 'short', prompt_length: 13, output_length: 109 },
      { prompt: 'long', prompt_length: 800, output_length: 55 },
    ]);
    await pool.close();
  });

  test('refuses a trace without rows', async () => {
    const tracePath = await folder.write('header.csv', 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n');
    await expect(collect(azure({ tracePath, lengthMode: 'exact' }, { source }))).rejects.toMatchObject({
      code: 'input',
      message: `${tracePath}: the trace has no rows`,
    });
    expect(() => azure({ tracePath: '' }, { source })).toThrow('azure: tracePath: must name a file');
  });

  test.skipIf(isMissing(AZURE_CONVERSATION_TRACE))(
    'has as many requests and tokens as the whole conversation trace',
    async () => {
      const totals = { requests: 0, inputTokens: 0, outputTokens: 0 };
      const workload = azure({ tracePath: AZURE_CONVERSATION_TRACE, lengthMode: 'exact' }, { source });
      for await (const { requests } of workload) {
        totals.requests += requests.length;
        totals.inputTokens += requests[0]?.prompt_length ?? 0;
        totals.outputTokens += requests[0]?.output_length ?? 0;
      }
      expect(totals).toEqual({ requests: 19_366, inputTokens: 22_361_870, outputTokens: 4_088_665 });
    },
  );

  describe.skipIf(isMissing(AZURE_CONVERSATION_TRACE))('on the first ten minutes of the conversation trace', () => {
    const options = { tracePath: AZURE_CONVERSATION_TRACE, durationMs: 600_000, lengthMode: 'exact' } as const;

    test('has its rows, times and lengths', async () => {
      const rows = (await collect(azureTrace(AZURE_CONVERSATION_TRACE))).filter(({ timeMs }) => timeMs < 600_000);
      const entries = await collect(azure(options, { source }));
      expect(entries).toHaveLength(rows.length);
      for (const [index, { timestamp, requests }] of entries.entries()) {
        const row = rows[index];
        expect(Math.abs(timestamp - (row?.timeMs ?? -1))).toBeLessThan(0.001);
        expect(requests).toHaveLength(1);
        expect(requests[0]).toMatchObject({ prompt_length: row?.inputTokens, output_length: row?.outputTokens });
      }
    });

    test('has prompts of exactly these lengths, as another tokenizer implementation counts them', async () => {
      for (const { requests } of await collect(azure(options, { source }), 250)) {
        const { prompt, prompt_length } = requests[0] ?? {};
        expect(encode(prompt ?? '')).toHaveLength(prompt_length ?? -1);
      }
    });

    test('is the same each time', async () => {
      const hash = async (seed: number) => {
        const entries = await collect(azure({ ...options, seed }, { source }), 300);
        return createHash('sha256').update(JSON.stringify(entries)).digest('hex');
      };
      expect(await hash(0)).toBe(await hash(0));
      expect(await hash(1)).not.toBe(await hash(0));
    });
  });
});
