import { describe, expect, test } from 'vitest';
import { mappedColumns, parseStatColumns } from './stat-columns.js';

describe('parseStatColumns', () => {
  test('reads columns by field', () => {
    expect(parseStatColumns('rate=Success, prompt_p50 = P50 ,output_p99.9=slow one,time_s=t')).toEqual({
      rate: 'Success',
      prompt_p50: 'P50',
      'output_p99.9': 'slow one',
      time_s: 't',
    });
  });

  test('leaves the commas and equal signs of a series to its name', () => {
    expect(parseStatColumns('rate=sum(rate(ok{a="1",b="2,3"}[1m])),prompt_mean={job="x", le="5"}')).toEqual({
      rate: 'sum(rate(ok{a="1",b="2,3"}[1m]))',
      prompt_mean: '{job="x", le="5"}',
    });
    expect(parseStatColumns('rate="a, ""b"" (c",prompt_p50=P50 – 模型 😀,output_mean=x')).toEqual({
      rate: 'a, "b" (c',
      prompt_p50: 'P50 – 模型 😀',
      output_mean: 'x',
    });
  });

  test('sums several columns of tokens per second', () => {
    const columns = parseStatColumns('rate=r,prompt_rate=in a,prompt_rate=in b');
    expect(columns).toEqual({ rate: 'r', prompt_rate: ['in a', 'in b'] });
    expect(mappedColumns(columns)).toEqual({ rate: 'r', prompt: { kind: 'rates', columns: ['in a', 'in b'] } });
  });

  test('puts percentiles in order', () => {
    expect(mappedColumns({ prompt_p99: 'c', prompt_p5: 'a', prompt_p50: 'b' }).prompt).toEqual({
      kind: 'percentiles',
      columns: [
        { q: 0.05, column: 'a' },
        { q: 0.5, column: 'b' },
        { q: 0.99, column: 'c' },
      ],
    });
  });

  test.for([
    ['promt_p50=a', 'there is no field "promt_p50": did you mean prompt_p50?'],
    ['prompt_p100=a', 'there is no field "prompt_p100"'],
    ['prompt_p0=a', 'there is no field "prompt_p0"'],
    ['__proto__=a', 'there is no field "__proto__"'],
    ['rate=', 'rate names no column'],
    ['rate', '"rate" is no field=column'],
    ['', '"" is no field=column'],
    ['rate=a,', '"" is no field=column'],
    ['rate=a,rate=b', 'rate is there twice'],
    ['rate=a(b', 'a bracket is not closed'],
    ['rate="a', 'a quote is not closed'],
    ['prompt_p50=a,prompt_mean=b', 'prompt_p50 and prompt_mean say the same in two ways'],
    ['time=a,time_s=b', 'time and time_s say the same in two ways'],
  ] as const)('refuses %s', ([text, message]) => {
    expect(() => parseStatColumns(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message), hint: expect.any(String) }),
    );
  });

  test('names every problem', () => {
    expect(() => mappedColumns({ speed: 'a', rate: ['b', 'c'] })).toThrow(/no field "speed".*rate names 2 columns/);
  });
});
