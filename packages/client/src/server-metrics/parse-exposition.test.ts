import { describe, expect, it } from 'vitest';
import { ExpositionReader, type RawSample } from './exposition-reader.js';
import { parseExposition } from './parse-exposition.js';

/** As vLLM writes its page: the Python client's registry, bounds with a decimal, times of creation. */
const VLLM = `# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{engine="0",model_name="sim/llama-8b"} 12.0
# HELP vllm:prompt_tokens_total Number of prefill tokens processed.
# TYPE vllm:prompt_tokens_total counter
vllm:prompt_tokens_total{engine="0",model_name="sim/llama-8b"} 1.048576e+06
# TYPE vllm:prompt_tokens_created gauge
vllm:prompt_tokens_created{engine="0",model_name="sim/llama-8b"} 1.7321e+09
# HELP vllm:time_to_first_token_seconds Histogram of time to first token in seconds.
# TYPE vllm:time_to_first_token_seconds histogram
vllm:time_to_first_token_seconds_bucket{engine="0",le="0.001",model_name="sim/llama-8b"} 0.0
vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="sim/llama-8b"} 31.0
vllm:time_to_first_token_seconds_count{engine="0",model_name="sim/llama-8b"} 31.0
vllm:time_to_first_token_seconds_sum{engine="0",model_name="sim/llama-8b"} 2.75
# TYPE vllm:cache_config_info gauge
vllm:cache_config_info{block_size="16",cache_dtype="auto",engine="0"} 1.0
`;

/** As SGLang writes its own: the sum before the buckets, the page of a registry of several processes. */
const SGLANG = `# HELP sglang:token_usage The token usage
# TYPE sglang:token_usage gauge
sglang:token_usage{engine_type="unified",model_name="m",pp_rank="0",tp_rank="0"} 0.28
# TYPE sglang:e2e_request_latency_seconds histogram
sglang:e2e_request_latency_seconds_sum{model_name="m"} 18.5
sglang:e2e_request_latency_seconds_bucket{le="0.1",model_name="m"} 3.0
sglang:e2e_request_latency_seconds_bucket{le="+Inf",model_name="m"} 9.0
sglang:e2e_request_latency_seconds_count{model_name="m"} 9.0
`;

/** As a Go program writes it: whole numbers, exponents, a summary with quantiles that are not known yet. */
const GATEWAY = `# HELP gateway_in_flight_requests Requests in flight.
# TYPE gateway_in_flight_requests gauge
gateway_in_flight_requests{gateway_pod="gw-0",model="m"} 4
# TYPE gateway_request_total counter
gateway_request_total{gateway_pod="gw-0",model="m",status_code="200"} 1.2345678e+07
# TYPE go_gc_duration_seconds summary
go_gc_duration_seconds{quantile="0.5"} NaN
go_gc_duration_seconds_count 0
`;

/** OpenMetrics: families without suffix, units, exemplars, times in seconds, an end. */
const OPEN_METRICS = `# TYPE requests counter
# UNIT requests_seconds seconds
requests_total{path="/a # b"} 7 1700000000.25
requests_created{path="/a # b"} 1699999999.5
# TYPE latency_seconds histogram
latency_seconds_bucket{le="0.1"} 8 # {trace_id="ab c}"} 0.067 1700000000.1
latency_seconds_bucket{le="+Inf"} 10
# TYPE build info
build_info{version="1"} 1
# TYPE depth gaugehistogram
depth_gcount 3
# TYPE state stateset
state{state="on"} 1
# EOF
`;

describe('parseExposition', () => {
  it('reads a page of vLLM', () => {
    const samples = parseExposition(VLLM);
    expect(samples).toHaveLength(8);
    expect(samples[0]).toEqual({
      name: 'vllm:num_requests_running',
      type: 'gauge',
      labels: { engine: '0', model_name: 'sim/llama-8b' },
      value: 12,
      timeSeconds: null,
    });
    expect(samples[1]).toMatchObject({ name: 'vllm:prompt_tokens_total', type: 'counter', value: 1048576 });
    expect(samples[4]).toMatchObject({ type: 'histogram', labels: { le: '+Inf' }, value: 31 });
    expect(samples[6]).toMatchObject({ name: 'vllm:time_to_first_token_seconds_sum', type: 'histogram', value: 2.75 });
  });

  it('reads a page of SGLang', () => {
    const samples = parseExposition(SGLANG);
    expect(samples.map(({ type, value }) => [type, value])).toEqual([
      ['gauge', 0.28],
      ['histogram', 18.5],
      ['histogram', 3],
      ['histogram', 9],
      ['histogram', 9],
    ]);
    expect(samples[0]?.labels).toEqual({ engine_type: 'unified', model_name: 'm', pp_rank: '0', tp_rank: '0' });
  });

  it('reads a page of a gateway in Go', () => {
    const samples = parseExposition(GATEWAY);
    expect(samples[1]).toMatchObject({ type: 'counter', labels: { status_code: '200' }, value: 12345678 });
    expect(samples[2]).toMatchObject({ type: 'summary', labels: { quantile: '0.5' }, value: Number.NaN });
    expect(samples[3]).toMatchObject({ name: 'go_gc_duration_seconds_count', type: 'summary', labels: {}, value: 0 });
  });

  it('reads OpenMetrics: times in seconds, exemplars passed over, its further types', () => {
    const samples = parseExposition(OPEN_METRICS, { isOpenMetrics: true });
    expect(samples).toEqual([
      { name: 'requests_total', type: 'counter', labels: { path: '/a # b' }, value: 7, timeSeconds: 1700000000.25 },
      { name: 'requests_created', type: 'counter', labels: { path: '/a # b' }, value: 1699999999.5, timeSeconds: null },
      { name: 'latency_seconds_bucket', type: 'histogram', labels: { le: '0.1' }, value: 8, timeSeconds: null },
      { name: 'latency_seconds_bucket', type: 'histogram', labels: { le: '+Inf' }, value: 10, timeSeconds: null },
      { name: 'build_info', type: 'gauge', labels: { version: '1' }, value: 1, timeSeconds: null },
      { name: 'depth_gcount', type: 'histogram', labels: {}, value: 3, timeSeconds: null },
      { name: 'state', type: 'gauge', labels: { state: 'on' }, value: 1, timeSeconds: null },
    ]);
  });

  it.each<[string, string, object]>([
    ['escapes', String.raw`a{x="C:\\dir\n\"q\" \t"} 1`, { labels: { x: 'C:\\dir\n"q" \\t' } }],
    ['braces, commas and hashes in values', 'a{x="{,}",y="# } 3"} 1', { labels: { x: '{,}', y: '# } 3' } }],
    ['a comma behind the last label', 'a{x="1",} 1', { labels: { x: '1' } }],
    ['blanks anywhere', '  a { x = "1" , y="2" }\t 1.5  ', { labels: { x: '1', y: '2' }, value: 1.5 }],
    ['no labels in braces', 'a{} 1', { labels: {} }],
    ['an empty value', 'a{x=""} 1', { labels: { x: '' } }],
    ['a time in milliseconds', 'a 1 1700000000250', { timeSeconds: 1700000000.25 }],
    ['a time before 1970', 'a 1 -1500', { timeSeconds: -1.5 }],
    ['infinity', 'a -Inf', { value: Number.NEGATIVE_INFINITY }],
    ['infinity without a sign', 'a Inf', { value: Number.POSITIVE_INFINITY }],
    ['not a number', 'a NaN', { value: Number.NaN }],
    ['a small exponent', 'a 1.5e-09', { value: 1.5e-9 }],
    ['a line break of Windows', 'a 3\r', { value: 3 }],
    ['a quoted name', '{"my.name",x="1"} 2', { name: 'my.name', labels: { x: '1' }, value: 2 }],
    ['a quoted label', 'a{"my.label"="1"} 2', { labels: { 'my.label': '1' } }],
    ['other scripts', 'a{x="東京 🚀"} 2', { labels: { x: '東京 🚀' } }],
  ])('reads %s', (_, line, expected) => {
    expect(parseExposition(`${line}\n`)).toEqual([
      { name: 'a', type: 'unknown', labels: {}, value: expect.any(Number), timeSeconds: null, ...expected },
    ]);
  });

  it.each([
    'a',
    'a x',
    'a{x="1" 2',
    'a{x=1} 2',
    'a{x="1"y="2"} 2',
    'a{="1"} 2',
    'a{x="1"}',
    'a 1 soon',
    '1a 2',
    '<html>',
    '{"error":{"message":"no"}}',
    'a{"b"} 1',
    '{} 1',
    'a {',
  ])('leaves out what is no sample: %s', (line) => {
    expect(parseExposition(`before 1\n${line}\nafter 2\n`).map(({ name }) => name)).toEqual(['before', 'after']);
  });

  it('needs no line break at the end', () => {
    expect(parseExposition('a 1')).toHaveLength(1);
    expect(parseExposition('')).toEqual([]);
  });
});

describe('ExpositionReader', () => {
  const read = (pieces: readonly Uint8Array[], isWanted = (_: string): boolean => true): RawSample[] => {
    const samples: RawSample[] = [];
    const reader = new ExpositionReader({
      isOpenMetrics: false,
      isWanted,
      onSample: (sample) => samples.push(sample) > 0,
    });
    for (const piece of pieces) reader.push(piece);
    reader.end();
    return samples;
  };

  it('gives the same samples wherever the bytes are split', () => {
    const bytes = Buffer.from(`${VLLM}a{x="東京 🚀"} 2\nlast 1`);
    const whole = read([bytes]);
    expect(whole).toHaveLength(10);
    for (let at = 0; at <= bytes.length; at++) {
      expect(read([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    }
    expect(read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('asks for the names of quoted metrics too, before it reads a line', () => {
    const asked: string[] = [];
    read([Buffer.from('a{x="1"} 1\n{"b.c",x="1"} 2\n')], (name) => {
      asked.push(name);
      return false;
    });
    expect(asked).toEqual(['a', 'b.c']);
  });

  it('refuses a body without line breaks', () => {
    expect(() => read(Array.from({ length: 20 }, () => Buffer.alloc(65_536, 'x')))).toThrow(/no end/);
  });
});
