import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { type ReadStatTableOptions, readStatTable } from './read-stat-table.js';
import { parseStatColumns } from './stat-columns.js';

const folder = temporaryFolder();
let files = 0;
/** A file of these lines under a name of its own. */
const file = (...lines: string[]) => folder.write(`export-${files++}.csv`, `${lines.join('\n')}\n`);
const read = (options: Omit<ReadStatTableOptions, 'traceType'> & { traceType?: ReadStatTableOptions['traceType'] }) =>
  readStatTable({ traceType: 'maas', ...options });

const START = Date.UTC(2024, 4, 1, 8);
const MINUTE = 60_000;
const minute = (number: number): string =>
  new Date(START + number * MINUTE).toISOString().slice(0, 19).replace('T', ' ');

const TRAFFIC = [
  'Time,Total,Success,4xx Error,5xx Error',
  `${minute(0)},11,10,1,0`,
  `${minute(1)},21,20.5,0.5,0`,
  `${minute(2)},3,3,0,0`,
];
const PROMPT = [
  'Time,P50,P70,P90,P99',
  `${minute(0)},500,800,1500,4000`,
  `${minute(1)},510,810,1510,4010`,
  `${minute(2)},520,820,1520,4020`,
];
const OUTPUT = [
  'Time,P50,P70,P95,P99',
  `${minute(0)},50,80,190,400`,
  `${minute(1)},51,81,191,401`,
  `${minute(2)},52,82,192,402`,
];
const rates = ({ steps }: { steps: readonly { ratePerSecond: number }[] }) => steps.map((step) => step.ratePerSecond);

describe('readStatTable of MaaS exports', () => {
  test('joins the rate of successes with percentiles of both lengths', async () => {
    const table = await read({
      trafficFile: await file(...TRAFFIC),
      promptLenFile: await file(...PROMPT),
      completionLenFile: await file(...OUTPUT),
    });
    expect(table).toMatchObject({ stepMs: MINUTE, startTimeMs: START, notes: [] });
    expect(table.steps[1]).toEqual({
      timeMs: MINUTE,
      durationMs: MINUTE,
      ratePerSecond: 20.5,
      prompt: {
        kind: 'percentiles',
        percentiles: [
          { q: 0.5, tokens: 510 },
          { q: 0.7, tokens: 810 },
          { q: 0.9, tokens: 1510 },
          { q: 0.99, tokens: 4010 },
        ],
      },
      output: {
        kind: 'percentiles',
        percentiles: [
          { q: 0.5, tokens: 51 },
          { q: 0.7, tokens: 81 },
          // P95 is p95, as the header says.
          { q: 0.95, tokens: 191 },
          { q: 0.99, tokens: 401 },
        ],
      },
    });
    expect(rates(table)).toEqual([10, 20.5, 3]);
  });

  test('does without lengths, and without the column of 5xx errors', async () => {
    const trafficFile = await file('Time,Total,Success,4xx Error', `${minute(0)},2,1,0`, `${minute(1)},3,0.2,0`);
    const table = await read({ trafficFile });
    expect(table.steps).toEqual([
      { timeMs: 0, durationMs: MINUTE, ratePerSecond: 1, prompt: null, output: null },
      { timeMs: MINUTE, durationMs: MINUTE, ratePerSecond: 0.2, prompt: null, output: null },
    ]);
  });

  test.each([
    ['epoch milliseconds', (number: number) => String(START + number * MINUTE)],
    ['epoch seconds', (number: number) => String((START + number * MINUTE) / 1000)],
    ['quoted epochs', (number: number) => `"${START + number * MINUTE}"`],
    ['ISO dates', (number: number) => new Date(START + number * MINUTE).toISOString()],
    ['dates with a zone', (number: number) => `${minute(number + 120).replace(' ', 'T')}+02:00`],
  ])('joins files whose times are %s with dates of the same moments', async (_, timeOf) => {
    const [header, ...rows] = PROMPT as [string, ...string[]];
    const table = await read({
      trafficFile: await file(...TRAFFIC),
      promptLenFile: await file(
        header,
        ...rows.map((row, number) => `${timeOf(number)}${row.slice(row.indexOf(','))}`),
      ),
    });
    expect(table.steps.map(({ prompt }) => prompt)).toEqual([500, 510, 520].map(() => expect.anything()));
    expect(table.notes.filter((note) => note.includes('without a row'))).toEqual([]);
  });

  test.each([
    ['a byte order mark, quotes and CRLF', '\uFEFF"Time","Success"\r\n', ','],
    ['labels of series', 'Time,"Success {cluster=""a"", model=""x""}"\n', ','],
    ['a unit', 'Time,Success (req/s)\n', ','],
    ['lower case', '@timestamp,success\n', ','],
    ['a line for Excel', 'sep=,\r\n"Time","Success"\r\n', ','],
    ['semicolons', 'timestamp;Success\n', ';'],
    ['tabs', 'time\tSuccess\n', '\t'],
  ])('reads a header with %s', async (_, header, delimiter) => {
    const rows = [0, 1, 2].map((number) => [minute(number), number + 1].join(delimiter)).join('\n');
    const path = await folder.write(`header-${files++}.csv`, `${header}${rows}\n`);
    expect(rates(await read({ trafficFile: path }))).toEqual([1, 2, 3]);
  });

  test('reads a compressed file', async () => {
    const path = folder.path('traffic.csv.gz');
    await writeFile(path, gzipSync(`${TRAFFIC.join('\n')}\n`));
    expect(rates(await read({ trafficFile: path }))).toEqual([10, 20.5, 3]);
  });

  test('reads thousands, units, and words for no value', async () => {
    const trafficFile = await file(
      'Time,Success',
      `${minute(0)},"1,234.5"`,
      `${minute(1)},1.2 K`,
      `${minute(2)},undefined`,
      `${minute(3)},8 req/s`,
    );
    const table = await read({ trafficFile });
    expect(rates(table)).toEqual([1234.5, 1200, 604, 8]);
    expect(table.notes).toEqual([
      `${trafficFile}: figures with a magnitude or unit, which the export may have rounded: 2`,
      'steps that are missing or have no rate, with one between their neighbours: 1',
    ]);
  });

  test('puts a rate between its neighbours where up to three steps are missing, and 0 where more are', async () => {
    const at = (number: number, rate: number): string => `${minute(number)},${rate}`;
    const table = await read({
      trafficFile: await file('Time,Success', at(0, 4), at(1, 4), at(5, 8), at(6, 8), at(11, 2), at(12, 2), at(13, 2)),
    });
    expect(table.stepMs).toBe(MINUTE);
    expect(table.steps.map(({ timeMs, ratePerSecond }) => [timeMs / MINUTE, ratePerSecond])).toEqual([
      [0, 4],
      [1, 4],
      [2, 5],
      [3, 6],
      [4, 7],
      [5, 8],
      [6, 8],
      [7, 0],
      [11, 2],
      [12, 2],
      [13, 2],
    ]);
    expect(table.notes).toEqual([
      'steps that are missing or have no rate, with one between their neighbours: 3',
      'steps that are missing or have no rate, more than 3 in a row or at an end, with a rate of 0: 4',
    ]);
  });

  test('has one step for a gap of years', async () => {
    const trafficFile = await file('time,Success', '1600000000,1', '1600000001,1', '1700000000,1');
    expect((await read({ trafficFile })).steps).toHaveLength(4);
  });

  test('counts rows that files of other lengths do not share', async () => {
    const table = await read({
      trafficFile: await file(...TRAFFIC),
      promptLenFile: await file(...PROMPT.slice(0, 3), `${minute(7)},1,2,3,4`, `${minute(8)},1,2,3,4`),
    });
    expect(table.notes).toEqual([
      'rows of the traffic file without a row of prompt lengths: 1',
      'rows of prompt lengths without a row of the traffic file, left out: 2',
      'steps with requests and no prompt lengths, which have those of a step beside them: 1',
    ]);
    expect(table.steps[2]?.prompt).toEqual(table.steps[1]?.prompt);
  });

  test('puts rows in order of time, and counts them', async () => {
    const [header, first, second, third] = TRAFFIC as [string, string, string, string];
    const trafficFile = await file(header, third, second, first);
    const table = await read({ trafficFile });
    expect(rates(table)).toEqual([10, 20.5, 3]);
    expect(table.notes).toEqual([`${trafficFile}: rows that were not in order of time, and were put so: 2`]);
  });

  test('fits what is left where a percentile has no value, and passes over quiet steps', async () => {
    const table = await read({
      trafficFile: await file('Time,Success', `${minute(0)},1`, `${minute(1)},0`, `${minute(2)},1`),
      promptLenFile: await file('Time,P50,P90,P99', `${minute(0)},5,NaN,9`, `${minute(1)},0,0,0`, `${minute(2)},-,-,9`),
    });
    expect(table.steps.map(({ prompt }) => prompt)).toEqual(
      [0, 1, 2].map(() => ({
        kind: 'percentiles',
        percentiles: [
          { q: 0.5, tokens: 5 },
          { q: 0.99, tokens: 9 },
        ],
      })),
    );
    expect(table.notes).toEqual([
      expect.stringMatching(/rows with one percentile alone, taken as none: 1$/),
      'steps with requests and no prompt lengths, which have those of a step beside them: 1',
    ]);
  });

  test.each([
    ['a rate that is none', ['Time,Success', `${minute(0)},1`, `${minute(1)},many`], 3, 'Success is "many"', 'number'],
    ['a negative rate', ['Time,Success', `${minute(0)},-1`], 2, 'Success is "-1"', 'at least 0'],
    ['a decimal comma', ['Time;Success', `${minute(0)};1,5`], 2, 'Success is "1,5"', 'point'],
    ['a time that is none', ['Time,Success', 'soon,1'], 2, 'Time is "soon"', 'date'],
    ['a footer', ['Time,Success', `${minute(0)},1`, `${minute(1)},1`, 'Total,2'], 4, 'Time is "Total"', 'date'],
    ['a short row', ['Time,Success', `${minute(0)},1`, `${minute(1)}`], 3, 'the row has 1 fields', 'cut off'],
    [
      'two rows of a time',
      ['Time,Success', `${minute(0)},1`, `${minute(0)},2`],
      3,
      'the row has the same time as line 2',
      'one row',
    ],
    ['no time', ['When,Success', `${minute(0)},1`], 1, 'the header has no column for the time', '--columns'],
    ['no rate', ['Time,Rate', `${minute(0)},1`], 1, 'the header has no column for the rate', "--columns 'rate="],
    [
      'several rates',
      ['Time,"Success {pod=""a""}","Success {pod=""b""}"', `${minute(0)},1,2`],
      1,
      'several columns may be the rate (Success): Success {pod="a"}, Success {pod="b"}',
      "--columns 'rate=",
    ],
    ['two columns of one name', ['Time,Success,Success', `${minute(0)},1,2`], 1, 'several columns', "--columns 'rate="],
    ['one row', ['Time,Success', `${minute(0)},1`], 2, 'there are too few rows: 1 of 2', 'span'],
  ])('refuses %s', async (_, lines, line, problem, hint) => {
    const trafficFile = await file(...lines);
    await expect(read({ trafficFile })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(`${trafficFile}:${line}: ${problem}`),
      hint: expect.stringContaining(hint),
    });
  });

  test.each([
    ['out of order', ['Time,P50,P90', `${minute(0)},900,500`], 2, 'p50 is 900 and p90 is 500'],
    ['0 beside others', ['Time,P50,P90', `${minute(0)},5,9`, `${minute(1)},0,500`], 3, 'p50 is 0'],
    ['all 0 beside requests', ['Time,P50,P90', `${minute(0)},0,0`], 2, 'all percentiles are 0, and the rate is 10'],
  ])('refuses percentiles that are %s, and names them', async (_, lines, line, problem) => {
    const promptLenFile = await file(...lines);
    await expect(read({ trafficFile: await file(...TRAFFIC), promptLenFile })).rejects.toMatchObject({
      code: 'input',
      message: `${promptLenFile}:${line}: prompt lengths: ${problem}`,
      hint: expect.any(String),
    });
  });

  test('refuses files without a time in common', async () => {
    const promptLenFile = await file('Time,P50,P99', '2023-01-01 00:00:00,5,9');
    await expect(read({ trafficFile: await file(...TRAFFIC), promptLenFile })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^.*export-\d+\.csv:2: no row has a time of a row in .*export-\d+\.csv$/),
      hint: expect.stringContaining('same span'),
    });
  });

  test('refuses a file that is missing or empty, and one of the header alone', async () => {
    await expect(read({ trafficFile: folder.path('none.csv') })).rejects.toMatchObject({ code: 'file-not-found' });
    await expect(read({ trafficFile: await folder.write('empty.csv', '') })).rejects.toMatchObject({ code: 'input' });
    await expect(read({ trafficFile: await file('Time,Success') })).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining('there are too few rows: 0 of 2'),
    });
  });

  test('ends when its signal aborts', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(read({ trafficFile: await file(...TRAFFIC), signal })).rejects.toThrow('enough');
  });
});

describe('readStatTable of CloudIDE exports', () => {
  const LENGTHS = [
    'Time,recv_bytes.rate@a,recv_bytes.rate@b,sent_bytes.rate@a,sent_bytes.rate@b',
    `${START},1000,500,100,undefined`,
    `${START + MINUTE},undefined,undefined,undefined,undefined`,
    `${START + 2 * MINUTE},4000,undefined,400,40`,
  ];
  const CLOUD_TRAFFIC = ['Time,ide-chat', `${START},2`, `${START + MINUTE},undefined`, `${START + 2 * MINUTE},4`];

  test('has the mean of each length: what was received and sent, over the rate', async () => {
    const table = await read({
      traceType: 'cloudide',
      trafficFile: await file(...CLOUD_TRAFFIC),
      promptLenFile: await file(...LENGTHS),
    });
    const mean = (tokens: number) => ({ kind: 'mean', tokens });
    expect(table.steps).toMatchObject([
      { ratePerSecond: 2, prompt: mean(750), output: mean(50) },
      { ratePerSecond: 0 },
      { ratePerSecond: 4, prompt: mean(1000), output: mean(110) },
    ]);
    expect(table.notes).toEqual([expect.stringMatching(/rates without a value, taken as 0: 1$/)]);
  });

  test('reads plain names, and the same file given for both lengths once', async () => {
    const lengths = await file('Time,recv_bytes,sent_bytes', `${minute(0)},300,30`, `${minute(1)},600,60`);
    const table = await read({
      traceType: 'cloudide',
      trafficFile: await file('Time,qps', `${minute(0)},3`, `${minute(1)},3`),
      promptLenFile: lengths,
      completionLenFile: lengths,
    });
    expect(table.files).toHaveLength(2);
    expect(table.steps).toMatchObject([
      { prompt: { tokens: 100 }, output: { tokens: 10 } },
      { prompt: { tokens: 200 }, output: { tokens: 20 } },
    ]);
  });

  test('refuses a traffic file with two columns, and a total beside its parts', async () => {
    const trafficFile = await file('Time,a,b', `${minute(0)},1,2`);
    await expect(read({ traceType: 'cloudide', trafficFile })).rejects.toMatchObject({
      message: `${trafficFile}:1: several columns may be the rate: a, b`,
      hint: expect.stringContaining("--columns 'rate=…'"),
    });
    const promptLenFile = await file('Time,recv_bytes,recv_bytes.rate@a,sent_bytes', `${minute(0)},1,1,1`);
    await expect(
      read({ traceType: 'cloudide', trafficFile: await file(...CLOUD_TRAFFIC), promptLenFile }),
    ).rejects.toMatchObject({ message: expect.stringContaining('several columns may be prompt lengths') });
  });
});

describe('readStatTable of other exports', () => {
  test('reads all from one file, by a mapping', async () => {
    const trafficFile = await file(
      'When,"qps {app=""x"", zone=""y""}",in median,in p99,out avg,other',
      `${minute(0)},1.5,100,900,20,7`,
      `${minute(1)},2.5,200,1800,30,8`,
    );
    const columns = parseStatColumns(
      'time=When,rate=qps {app="x", zone="y"},prompt_p50=in median,prompt_p99=in p99,output_mean=out avg',
    );
    const table = await read({ traceType: 'general', trafficFile, columns });
    expect(table.steps[1]).toEqual({
      timeMs: MINUTE,
      durationMs: MINUTE,
      ratePerSecond: 2.5,
      prompt: {
        kind: 'percentiles',
        percentiles: [
          { q: 0.5, tokens: 200 },
          { q: 0.99, tokens: 1800 },
        ],
      },
      output: { kind: 'mean', tokens: 30 },
    });
    expect(table.notes).toEqual([`${trafficFile}: columns passed over: other`]);
  });

  test('reads relative times, and lengths that are rates of tokens', async () => {
    const trafficFile = await file('t,qps,in a,in b', '0,2,100,100', '30,4,100,300');
    const columns = parseStatColumns('time_s=t,rate=qps,prompt_rate=in a,prompt_rate=in b');
    const { stepMs, steps } = await read({ traceType: 'general', trafficFile, columns });
    expect(stepMs).toBe(30_000);
    expect(steps.map(({ prompt }) => prompt)).toEqual([
      { kind: 'mean', tokens: 100 },
      { kind: 'mean', tokens: 100 },
    ]);
  });

  test('says which column is not there, and which may be meant', async () => {
    const trafficFile = await file('Time,requests,tokens', `${minute(0)},1,2`);
    const columns = parseStatColumns('rate=request');
    await expect(read({ traceType: 'general', trafficFile, columns })).rejects.toMatchObject({
      code: 'input',
      message: `${trafficFile}:1: the header has no column "request" (rate)`,
      hint: 'Did you mean "requests"? Found: Time, requests, tokens.',
    });
  });

  test('needs to know the column of the rate', async () => {
    const trafficFile = await file('Time,qps', `${minute(0)},1`);
    await expect(read({ traceType: 'general', trafficFile })).rejects.toMatchObject({
      code: 'usage',
      message: 'the general form needs columns for rate',
    });
  });
});
