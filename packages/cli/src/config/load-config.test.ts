import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BenchmarkConfig, DEFAULTS, STAGES, type Stage } from './benchmark-config.js';
import { listKeys } from './list-keys.js';
import { readConfigFile, resolveConfig } from './load-config.js';
import { parseOverrides } from './overrides.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface LoadOptions {
  overrides?: string[];
  stages?: readonly Stage[];
  environment?: Record<string, string>;
}

const load = async (text: string, options: LoadOptions = {}): Promise<BenchmarkConfig> => {
  const path = join(folder, 'config.yaml');
  await writeFile(path, text);
  const environment = options.environment ?? {};
  const source = await readConfigFile(path, environment);
  return resolveConfig(source, parseOverrides(options.overrides ?? []), options.stages ?? STAGES, environment);
};

const problemsOf = async (text: string, options: LoadOptions = {}): Promise<string[]> => {
  const failure = await load(text, options).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!BenchmarkError.is(failure)) throw new Error(`expected a BenchmarkError, got ${String(failure)}`);
  expect(failure.code).toBe('config');
  return failure.message.replaceAll(folder, '').split('\n');
};

describe('a config', () => {
  it('is all defaults when it is empty, with references between keys replaced and no key', async () => {
    expect(await load('')).toEqual({
      ...DEFAULTS,
      dataset_file: './output/dataset/synthetic_multiturn.jsonl',
      workload_dir: './output/workload/constant',
      workload_file: './output/workload/constant/workload.jsonl',
      api_key: null,
    });
  });

  it('takes values from the environment, then from overrides, and keeps the rest of a section', async () => {
    const text =
      'endpoint: http://${HOST}:9000\napi_key: ${API_KEY}\nworkload_configs:\n  constant:\n    target_qps: 3\n';
    const config = await load(text, {
      environment: { HOST: 'gateway', API_KEY: 'sk-1', workload_type: 'from-environment' },
      overrides: [
        'workload_configs.constant.target_completion_len=64',
        'time_scale=0.5',
        'duration_ms=null',
        'workload_type=azure',
      ],
    });
    expect(config).toMatchObject({
      endpoint: 'http://gateway:9000',
      api_key: 'sk-1',
      time_scale: 0.5,
      duration_ms: null,
      // The environment wins over keys of the same name.
      workload_file: './output/workload/from-environment/workload.jsonl',
      workload_configs: { constant: { target_qps: 3, target_completion_len: 64, max_concurrent_sessions: 2 } },
    });
  });

  it('takes a key of digits as it is written', async () => {
    expect((await load('api_key: $KEY\n', { environment: { KEY: '0123456789012345678901' } })).api_key).toBe(
      '0123456789012345678901',
    );
  });

  it('reads yes and no as the Python tool does, and a dot as a path', async () => {
    expect(
      await load('streaming_enabled: no\nclient_session_key_header: yes\ngoodput_target: "e2e:9"\n'),
    ).toMatchObject({
      streaming_enabled: false,
      client_session_key_header: true,
    });
  });

  it('keeps a key with dollars in it, and takes a bare reference without a value for none', async () => {
    expect((await load('api_key: pa$sword$$x\n')).api_key).toBe('pa$sword$$x');
    expect((await load('api_key: $MISSING\n')).api_key).toBeNull();
  });

  it('reads empty sections, merge keys and grouped digits, which the Python tool reads', async () => {
    const text = [
      'duration_ms: 60_000',
      'dataset_configs:',
      'workload_configs:',
      '  stat:',
      '  agent: &base',
      '    target_qps: 7',
      '  constant:',
      '    <<: *base',
    ].join('\n');
    expect(await load(text)).toMatchObject({
      duration_ms: 60_000,
      dataset_configs: DEFAULTS.dataset_configs,
      workload_configs: { stat: DEFAULTS.workload_configs.stat, constant: { target_qps: 7 } },
    });
  });

  it('writes the workload where workload_dir says, when nothing says more', async () => {
    expect((await load('workload_dir: ./made\n')).workload_file).toBe('made/workload.jsonl');
    expect((await load('workload_dir: ./made\nworkload_file: w.jsonl\n')).workload_file).toBe('w.jsonl');
  });

  it.each(['time_scale', 'output_token_limit', 'max_retries', 'streaming_enabled', 'tokenizer'])(
    'refuses a variable without a value in %s, where a stage reads it, and only there',
    async (key) => {
      expect(await problemsOf(`${key}: \${NOWHERE}\n`)).toEqual([
        `/config.yaml:1: ${key}: \${NOWHERE} refers to a variable without a value (set it in the environment)`,
      ]);
      const other: Stage = key === 'tokenizer' ? 'client' : 'dataset';
      expect(await load(`${key}: \${NOWHERE}\n`, { stages: [other] })).toBeTruthy();
    },
  );

  it('does not mind placeholders in sections that the run does not use', async () => {
    const text = [
      'dataset_configs:',
      '  client_trace:',
      '    trace: ${client_trace_path}',
      'workload_configs:',
      '  stat:',
      '    traffic_file: ${stat_traffic}',
      '    qps_scale: ${scale}',
    ].join('\n');
    expect((await load(text)).workload_configs.stat.traffic_file).toBe('${stat_traffic}');
  });

  it('minds them where the run does', async () => {
    const text =
      'workload_type: azure\nworkload_configs:\n  azure:\n    trace_path: ${AZURE_TRACE}\n    length_mode: exact\n';
    expect(await problemsOf(text)).toEqual([
      '/config.yaml:4: workload_configs.azure.trace_path: ${AZURE_TRACE} refers to a variable without a value (set it in the environment)',
    ]);
    expect(await load(text, { stages: ['client'] })).toBeTruthy();
  });

  it('reports every problem at once, each with its line and a suggestion', async () => {
    const text = [
      'target_qps: 5',
      'endpont: http://x',
      'prompt_type: synthetic_multitrun',
      'time_scale: fast',
      'workload_configs:',
      '  constant:',
      '    arrivals: uniform',
      '    target_completion_length: 5',
    ].join('\n');
    expect(await problemsOf(text, { overrides: ['max_retries=-1', 'goodput_target=tpto:1'] })).toEqual([
      '/config.yaml:1: target_qps: unknown key (did you mean workload_configs.constant.target_qps?)',
      '/config.yaml:2: endpont: unknown key (did you mean endpoint?)',
      '/config.yaml:8: workload_configs.constant.target_completion_length: unknown key (did you mean workload_configs.constant.target_completion_len?)',
      '/config.yaml:3: prompt_type: expected one of "synthetic_multiturn"|"synthetic_shared"|"sharegpt"|"client_trace"|"messages"|"csv"|"jsonl", found "synthetic_multitrun" (did you mean synthetic_multiturn?)',
      '/config.yaml:7: workload_configs.constant.arrivals: expected one of "poisson"|"constant"|"gamma"|"weibull", found "uniform" (it may be poisson, constant, gamma, weibull)',
      '/config.yaml:4: time_scale: expected number, found "fast"',
      'max_retries: Too small: expected number to be >=0, found -1',
      'goodput_target: goodput target "tpto:1": there is no metric "tpto" (Did you mean tpot?)',
    ]);
  });

  it.each<[string, string, string[]]>([
    [
      'lists of unequal length',
      'prompt_type: synthetic_shared\ndataset_configs:\n  synthetic_shared:\n    num_samples: "12,8"\n    shared_prop: "0.95,1.5,x"\n',
      ['shared_prop', 'num_samples'],
    ],
    ['a constant workload without an end', 'duration_ms: null\n', ['duration_ms: a constant workload needs a length']],
    [
      'an exact workload without a length',
      'workload_configs:\n  constant:\n    length_mode: exact\n',
      ['workload_configs.constant.target_prompt_len'],
    ],
    ['an unknown goodput metric', 'goodput_target: tptt:0.5\n', ['goodput_target:']],
    [
      'a goodput target that cannot be measured',
      'goodput_target: ttft:1\nstreaming_enabled: false\n',
      ['goodput_target:'],
    ],
    ['an endpoint that is no URL', 'endpoint: gateway\n', ['endpoint: endpoint: not a URL']],
  ])('finds %s before anything runs', async (_, text, expected) => {
    const problems = (await problemsOf(text)).join('\n');
    for (const part of expected) expect(problems).toContain(part);
  });

  it('drops the default goodput target where a run cannot measure it', async () => {
    expect(await load('streaming_enabled: false\n')).toMatchObject({ goodput_target: 'tpot:0.5' });
  });

  it.each([
    ['a: [1, 2\nb: 3\n', /config\.yaml:\d: /],
    ['- just\n- a list\n', /config\.yaml: expected keys and values/],
    ['api_key: *sk-secret\n', /config\.yaml:1: an alias/],
    ['seed: &a {b: *a}\n', /config\.yaml:1: an alias/],
  ])('says where YAML is broken: %j', async (text, message) => {
    await expect(load(text)).rejects.toThrow(message);
  });

  it('says which file is missing', async () => {
    await expect(readConfigFile(join(folder, 'none.yaml'), {})).rejects.toMatchObject({ code: 'file-not-found' });
  });
});

describe('overrides', () => {
  it.each(['time_scale', '=5'])('need a key and a value: %s', (word) => {
    expect(() => parseOverrides([word])).toThrow(/expected key\.path=value/);
  });

  it('are told apart from the file when they are wrong', async () => {
    expect(await problemsOf('time_scale: 2\n', { overrides: ['time_scale=-1'] })).toEqual([
      'time_scale: Too small: expected number to be >0, found -1',
    ]);
    expect(await problemsOf('', { overrides: ['workload_configs.azuer.trace_path=x'] })).toEqual([
      'workload_configs.azuer: unknown key (did you mean workload_configs.azure?)',
    ]);
  });

  it('are listed with values and meanings, without secrets', () => {
    const text = listKeys({ time_scale: 0.5, api_key: 'sk-secret' });
    expect(text).toContain('time_scale=0.5 ');
    expect(text).toContain('# multiplies every timestamp');
    expect(text).toContain('dataset_configs.synthetic_shared.prompt_length="3997,5868,2617"');
    expect(text).toContain('api_key=(set)');
    expect(text).not.toContain('sk-secret');
  });
});
