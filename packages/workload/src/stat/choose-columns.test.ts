import { describe, expect, test } from 'vitest';
import { chooseColumns, columnsToRead, type StatRole, type StatTraceType } from './choose-columns.js';
import { mappedColumns, type StatColumns } from './stat-columns.js';

const choose = (
  names: string[],
  { traceType = 'maas' as StatTraceType, roles = ['rate'] as StatRole[], columns = {} as StatColumns } = {},
) =>
  chooseColumns({ names, location: { file: 'a.csv', line: 1 } }, { roles, traceType, mapped: mappedColumns(columns) });

describe('chooseColumns', () => {
  test.for([['Time'], ['time'], ['TIMESTAMP'], ['@timestamp'], ['_time'], ['Date'], ['Time (UTC)']] as const)(
    'takes %s for the time',
    ([name]) => {
      expect(choose(['Success', name]).time).toEqual({ column: name, unit: 'any' });
    },
  );

  test.for(['P50', 'p50', 'P50 {model="x", le="P99"}', 'p50 (tokens)', 'prompt_p50', 'Prompt P50', 'length-P50'])(
    'takes %s for p50',
    (name) => {
      const { prompt } = choose(['Time', name, 'P99'], { roles: ['prompt'] });
      expect(prompt).toEqual({
        kind: 'percentiles',
        columns: [
          { q: 0.5, column: name },
          { q: 0.99, column: 'P99' },
        ],
      });
    },
  );

  test.for(['P500', 'xp50', 'p50th', '50', 'p0'])('does not take %s for a percentile', (name) => {
    expect(choose(['Time', 'P70', name, 'P99'], { roles: ['prompt'] }).prompt).toMatchObject({
      columns: [{ q: 0.7 }, { q: 0.99 }],
    });
  });

  test('takes each percentile for what its name says, whatever its place', () => {
    const { output } = choose(['Time', 'P99.9', 'P95', 'P50'], { roles: ['output'] });
    expect(output).toMatchObject({ columns: [{ q: 0.5 }, { q: 0.95 }, { q: 0.999 }] });
  });

  test('passes over what every export of the kind has without a word, and names the rest', () => {
    expect(choose(['Time', 'Total', 'Success', '4xx Error', '5xx Error', 'Canary', '']).passedOver).toEqual(['Canary']);
    const bytes = ['Time', 'recv_bytes.rate@a', 'sent_bytes.rate@a', 'cpu'];
    expect(choose(bytes, { traceType: 'cloudide', roles: ['prompt'] }).passedOver).toEqual(['cpu']);
  });

  test('sums what each host received and sent', () => {
    const names = ['Time', 'recv_bytes.rate@a', 'SENT_BYTES.rate@a', 'recv_bytes.rate@b', 'recv_bytes_total'];
    const chosen = choose(names, { traceType: 'cloudide', roles: ['prompt', 'output'] });
    expect(chosen.prompt).toEqual({ kind: 'rates', columns: ['recv_bytes.rate@a', 'recv_bytes.rate@b'] });
    expect(chosen.output).toEqual({ kind: 'rates', columns: ['SENT_BYTES.rate@a'] });
    expect(columnsToRead(chosen)).toEqual(['Time', 'recv_bytes.rate@a', 'recv_bytes.rate@b', 'SENT_BYTES.rate@a']);
  });

  test('has a rate beside bytes in one file', () => {
    const names = ['Time', 'qps', 'recv_bytes', 'sent_bytes'];
    expect(choose(names, { traceType: 'cloudide', roles: ['rate', 'prompt', 'output'] }).rate).toBe('qps');
  });

  test('takes the named column before any other, and reads one that serves twice once', () => {
    const columns = { rate: 'TOTAL', prompt_mean: 'n', output_mean: 'n', time_s: 'clock' };
    const chosen = choose(['Time', 'clock', 'Total', 'Success', 'n'], { columns, roles: ['rate', 'prompt', 'output'] });
    expect(chosen).toMatchObject({ rate: 'Total', time: { column: 'clock', unit: 's' } });
    expect(columnsToRead(chosen)).toEqual(['clock', 'Total', 'n']);
  });

  test('prefers the very name to one like it', () => {
    expect(choose(['Time', 'ok {a="1"}', 'ok', 'OK'], { columns: { rate: 'ok' } }).rate).toBe('ok');
    expect(choose(['Time', 'ok {a="1"}', 'other'], { columns: { rate: 'ok' } }).rate).toBe('ok {a="1"}');
    expect(() => choose(['Time', 'ok {a="1"}', 'ok {a="2"}'], { columns: { rate: 'ok' } })).toThrow(
      'a.csv:1: several columns may be rate=ok: ok {a="1"}, ok {a="2"}',
    );
  });

  test.for([
    [['Time', 'timestamp', 'Success'], {}, 'several columns may be the time: Time, timestamp', 'time=…'],
    [['When', 'Success'], {}, 'the header has no column for the time', 'Found: When, Success'],
    [['Time', 'Ok'], {}, 'the header has no column for the rate (Success)', 'rate=…'],
    [['Time', 'Success {a="1"}', 'Success {a="2"}'], {}, 'several columns may be the rate (Success)', 'rate=…'],
    [
      ['Series', 'Time', 'Value'],
      { traceType: 'cloudide' },
      'several columns may be the rate: Series, Value',
      'series joined by time',
    ],
    [
      ['Time', 'P50 {a="1"}', 'P50 {a="2"}', 'P99'],
      { roles: ['output'] },
      'several columns may be p50',
      'output_p50=…',
    ],
    [
      ['Time', 'P50', 'avg'],
      { roles: ['prompt'] },
      'the header has too few columns of percentiles: 1 of 2',
      'prompt_p50=…',
    ],
    [
      ['Time', 'recv_bytes'],
      { traceType: 'cloudide', roles: ['output'] },
      'no column for output lengths (sent_bytes.rate@…)',
      'output_rate=…',
    ],
    [
      ['Time', 'Sucess'],
      { columns: { rate: 'Success' } },
      'the header has no column "Success" (rate)',
      'Did you mean "Sucess"?',
    ],
  ] as [string[], Parameters<typeof choose>[1], string, string][])(
    'refuses the header %j with %j',
    ([names, options, message, hint]) => {
      expect(() => choose(names, options)).toThrow(
        expect.objectContaining({
          code: 'input',
          message: expect.stringContaining(
            `a.csv:1: ${message.startsWith('no ') ? `the header has ${message}` : message}`,
          ),
          hint: expect.stringContaining(hint),
        }),
      );
    },
  );

  test('names no more than a dozen columns', () => {
    const many = Array.from({ length: 400 }, (_, index) => `series ${index}`);
    expect(() => choose(['Time', ...many])).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/series 10 and 389 more\.$/) }),
    );
  });
});
