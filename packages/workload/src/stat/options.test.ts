import { parseOptions } from '@aibrix/core/validation';
import { expect, test } from 'vitest';
import { statOptionsSchema } from './options.js';

const parse = (options: unknown) => parseOptions(statOptionsSchema, options, 'stat');

test('fills in the defaults', () => {
  expect(parse({ trafficFile: 'a.csv' })).toEqual({
    trafficFile: 'a.csv',
    traceType: 'maas',
    qpsScale: 1,
    inputScale: 1,
    outputScale: 1,
    durationMs: null,
    fluctuation: 'poisson',
    seed: 0,
    lengthMode: 'match',
    withText: true,
    cacheFigures: true,
    maxRequests: null,
    arrivals: 'poisson',
    burstiness: null,
  });
});

test('takes columns as text and as an object alike', () => {
  const columns = { rate: 'Success', prompt_p50: 'P50', output_rate: ['a', 'b'] };
  const text = 'rate=Success,prompt_p50=P50,output_rate=a,output_rate=b';
  for (const given of [columns, text]) {
    expect(parse({ trafficFile: 'a.csv', traceType: 'general', columns: given }).columns).toEqual(columns);
  }
});

test.for([
  [{}, /trafficFile/],
  [{ trafficFile: '' }, /trafficFile: must name a file/],
  [{ trafficFile: 'a', qpsScale: 0, inputScale: -1 }, /qpsScale: must be above 0; inputScale: must be above 0/],
  [{ trafficFile: 'a', traceType: 'mass' }, /traceType/],
  [{ trafficFile: 'a', traceType: 'general' }, /columns: must name the column of the rate/],
  [{ trafficFile: 'a', columns: 'promt_p50=x' }, /columns: there is no field "promt_p50": did you mean prompt_p50/],
  [{ trafficFile: 'a', columns: { speed: 'x' } }, /columns: there is no field "speed"/],
  [{ trafficFile: 'a', columns: 7 }, /columns: must be text such as/],
  [{ trafficFile: 'a', scale: 7 }, /scale/],
  [{ trafficFile: 'a', burstiness: 2 }, /burstiness/],
  [{ trafficFile: 'a', lengthMode: 'exact' }, /promptLenFile: is needed with lengthMode exact/],
  [{ trafficFile: 'a', lengthMode: 'exact', completionLenFile: 'b' }, /promptLenFile: is needed/],
] as const)('refuses %j', ([options, message]) => {
  expect(() => parse(options)).toThrow(message);
});

test('makes exact prompts where something tells their lengths', () => {
  const exact = { trafficFile: 'a', lengthMode: 'exact' };
  for (const options of [
    { promptLenFile: 'b' },
    { traceType: 'cloudide', completionLenFile: 'b' },
    { traceType: 'general', columns: 'rate=r,prompt_mean=m' },
  ]) {
    expect(parse({ ...exact, ...options })).toMatchObject({ lengthMode: 'exact' });
  }
});
