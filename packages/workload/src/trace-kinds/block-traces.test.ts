import {
  createChatFrame,
  createChatTemplate,
  createPromptSource,
  loadTokenizer,
  type PromptSource,
} from '@aibrix/synthesis';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { collect } from '../../test/collect.js';
import { isMissing, MOONCAKE_CONVERSATION_TRACE } from '../../test/shared-traces.js';
import { jsonl, temporaryFolder } from '../../test/temporary-folder.js';
import { openPromptPool } from '../pool/prompt-pool.js';
import { mooncake } from './mooncake.js';
import { qwenBailian } from './qwen-bailian.js';

const folder = temporaryFolder();
let source: PromptSource;
beforeAll(async () => {
  source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 0 });
});

/** A row of a Mooncake trace. */
interface Row {
  timestamp: number;
  input_length: number;
  output_length: number;
  hash_ids: number[];
}

const ROWS: Row[] = [
  { timestamp: 0, input_length: 1100, output_length: 5, hash_ids: [0, 1, 2] },
  { timestamp: 0, input_length: 1024, output_length: 7, hash_ids: [0, 3] },
  { timestamp: 3000, input_length: 600, output_length: 9, hash_ids: [0, 1] },
  { timestamp: 6000, input_length: 1536, output_length: 1, hash_ids: [0, 1, 2] },
];

/** The tokens of each block of a prompt. */
const blocksOf = (prompt: string, blockTokens: number): string[] => {
  const ids = encode(prompt);
  return Array.from({ length: Math.ceil(ids.length / blockTokens) }, (_, block) =>
    ids.slice(block * blockTokens, (block + 1) * blockTokens).join(),
  );
};

describe('mooncake', () => {
  it('has prompts of exactly their tokens, whose blocks are equal where their hash ids are', async () => {
    const tracePath = await folder.write('trace.jsonl', jsonl(ROWS));
    const workload = mooncake({ tracePath }, { source });
    const entries = await collect(workload);
    const contentOf = new Map<number, string>();
    for (const [index, { timestamp, requests }] of entries.entries()) {
      const row = ROWS[index] as Row;
      const prompt = requests[0]?.prompt ?? '';
      expect(timestamp).toBe(row.timestamp);
      expect(requests).toEqual([{ prompt, prompt_length: row.input_length, output_length: row.output_length }]);
      expect(encode(prompt)).toHaveLength(row.input_length);
      for (const [block, content] of blocksOf(prompt, 512).entries()) {
        const id = row.hash_ids[block] as number;
        const known = contentOf.get(id) ?? content;
        // A block that is cut is the beginning of the whole one.
        expect(known.startsWith(content) || content.startsWith(known)).toBe(true);
        contentOf.set(id, known.length > content.length ? known : content);
      }
    }
    expect(new Set([...contentOf.values()].map((content) => content.split(',').slice(0, 2).join()))).toHaveLength(4);
    expect(workload.findings?.().statistics).toMatchObject({
      trace_blocks: { block_tokens: 512, blocks: 10, distinct_blocks: 4, reuse: 0.6 },
      ideal_prefix_cache: [
        // 1,024 whole tokens of block 0 and 1, then what block 2 has in common with its cut beginning.
        { block_tokens: 16, cached_tokens: 0 + 512 + 592 + (1024 + 64) },
        { block_tokens: 512, cached_tokens: 0 + 512 + 512 + 1024 },
      ],
    });
  });

  it('spreads rows of one time over the step to the next, when asked to', async () => {
    const tracePath = await folder.write('trace.jsonl', jsonl(ROWS));
    const workload = mooncake({ tracePath, dequantize: true, withText: false }, {});
    const times = (await collect(workload)).map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.slice(0, 2).every((time) => time >= 0 && time < 3000)).toBe(true);
    expect(new Set(times)).toHaveLength(4);
    expect(times.slice(2)).toEqual([3000, 6000]);
    expect(workload.findings?.().notes.join()).toMatch(/rows/);
  });

  it('keeps the count of the server with a chat template around the prompt, and shares what can be shared', async () => {
    const tokenizer = await loadTokenizer('o200k_base');
    const template = createChatTemplate(
      '{% for m in messages %}## {{ m.role }}\n{{ m.content }} {% endfor %}## assistant',
    );
    const frame = createChatFrame(tokenizer, template);
    const chat = createPromptSource(tokenizer, { seed: 0, chat: frame });
    const tracePath = await folder.write('trace.jsonl', jsonl(ROWS));
    const workload = mooncake({ tracePath }, { source: chat });
    const entries = await collect(workload);
    const seen = entries.map(({ requests }) => encode(`## user\n${requests[0]?.prompt ?? ''} ## assistant`));
    expect(seen.map((ids) => ids.length)).toEqual(ROWS.map((row) => row.input_length));
    const whole = (row: number, blocks: number): string => seen[row]?.slice(0, blocks * 512).join() ?? '';
    expect(whole(1, 1)).toBe(whole(0, 1));
    expect(whole(3, 2)).toBe(whole(0, 2));
  });

  it('says what the cache would find only of text that it made', async () => {
    const tracePath = await folder.write('trace.jsonl', jsonl(ROWS));
    const planned = mooncake({ tracePath, withText: false }, {});
    expect((await collect(planned))[0]?.requests).toEqual([{ prompt_length: 1100, output_length: 5 }]);
    expect(planned.findings?.().statistics).toEqual({
      target_prompt_tokens: expect.objectContaining({ requests: 4, total: 4260 }),
      target_output_tokens: expect.objectContaining({ requests: 4, total: 22 }),
      trace_blocks: { block_tokens: 512, blocks: 10, distinct_blocks: 4, reuse: 0.6 },
    });
    const pool = await openPromptPool(await folder.write('one.jsonl', jsonl([{ prompt: 'p', token_count: 1000 }])));
    const matched = mooncake({ tracePath, lengthMode: 'match' }, { pool });
    expect((await collect(matched))[0]?.requests[0]).toMatchObject({ prompt: 'p', prompt_length: 1000 });
    await pool.close();
  });

  it('refuses to scale prompts that consist of blocks', () => {
    expect(() => mooncake({ tracePath: 'x', inputScale: 2 }, { source })).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
  });

  it('names the line of a row whose hash ids do not fit its length', async () => {
    const [first, second] = ROWS as [Row, Row];
    const tracePath = await folder.write('bad.jsonl', jsonl([first, { ...second, hash_ids: [0] }]));
    await expect(collect(mooncake({ tracePath }, { source }))).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('bad.jsonl:2'),
    });
  });

  test.skipIf(isMissing(MOONCAKE_CONVERSATION_TRACE))('has the lengths and blocks of the real trace', async () => {
    // The first minutes of the trace: some 1.3 million tokens.
    const options = { tracePath: MOONCAKE_CONVERSATION_TRACE, durationMs: 30_000 };
    const workload = mooncake(options, { source });
    let requests = 0;
    for await (const entry of workload) {
      for (const { prompt, prompt_length } of entry.requests) {
        expect(encode(prompt ?? '')).toHaveLength(prompt_length as number);
        requests++;
      }
    }
    expect(requests).toBeGreaterThan(80);
  });
});

describe('qwenBailian', () => {
  it('has blocks of 16 tokens, and waits for parents when asked to', async () => {
    const rows = [
      {
        chat_id: 1,
        parent_chat_id: -1,
        timestamp: 0,
        input_length: 40,
        output_length: 5,
        type: 'text',
        turn: 1,
        hash_ids: [5, 6, 7],
      },
      {
        chat_id: 2,
        parent_chat_id: 1,
        timestamp: 2.5,
        input_length: 60,
        output_length: 3,
        type: 'text',
        turn: 2,
        hash_ids: [5, 6, 8, 9],
      },
    ];
    const tracePath = await folder.write('qwen.jsonl', jsonl(rows));
    const workload = qwenBailian({ tracePath, keepParents: true }, { source });
    const entries = await collect(workload);
    expect(entries.map(({ timestamp }) => timestamp)).toEqual([0, 2500]);
    const [first, second] = entries.map(({ requests }) => requests[0]);
    expect(second?.parents).toEqual([first?.id]);
    const [a = [], b = []] = [first, second].map((request) => encode(request?.prompt ?? ''));
    expect([a.length, b.length]).toEqual([40, 60]);
    expect(b.slice(0, 32)).toEqual(a.slice(0, 32));
    expect(b.slice(32, 40)).not.toEqual(a.slice(32));
    expect(workload.findings?.().statistics).toMatchObject({ trace_blocks: { blocks: 7, distinct_blocks: 5 } });
  });
});
