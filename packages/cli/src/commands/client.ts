import { randomUUID } from 'node:crypto';
import type { RunOptions } from '@aibrix/client';
import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import { type Command, Option } from 'commander';
import { exitCodeOfRun } from '../exit-code.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { boolean, type NumberOrNull, nullable, number, numberOrNull, whole } from './flag-values.js';
import { addViewFlags, type ViewFlags, viewOf } from './view-flags.js';
import { printJson, withContext } from './with-context.js';

interface ClientFlags extends CommonFlags, ViewFlags {
  workloadPath: string;
  endpoint: string;
  model: string;
  apiKey?: string | undefined;
  outputFilePath: string;
  streaming: boolean;
  routingStrategy?: string | undefined;
  outputTokenLimit: NumberOrNull;
  timeScale: number;
  timeoutSecond: number;
  maxRetries: number;
  durationLimit: NumberOrNull;
  maxConcurrentSessions: NumberOrNull;
  sessionKeyHeader: boolean;
  pacing: 'schedule' | 'asap';
  concurrency: NumberOrNull;
  history: 'live' | 'recorded';
  cacheSalt?: string | true | undefined;
  preflight: 'off' | 'warn' | 'fail';
  lengthControl: 'min-tokens' | 'ignore-eos' | 'none';
  maxClientLagMs: number;
  serverMetrics?: string[] | undefined;
  serverMetricsInterval: number;
  serverMetricsNames?: string[] | undefined;
  serverMetricsAuth: boolean;
  text: boolean;
  itl: boolean;
}

const secondsToMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const runOptions = (flags: ClientFlags): RunOptions => ({
  endpoint: flags.endpoint,
  model: flags.model,
  apiKey: flags.apiKey || process.env.API_KEY || undefined,
  routingStrategy: flags.routingStrategy,
  sessionKeyHeader: flags.sessionKeyHeader,
  streaming: flags.streaming,
  outputTokenLimit: nullable(flags.outputTokenLimit),
  lengthControl: flags.lengthControl,
  timeScale: flags.timeScale,
  timeoutMs: flags.timeoutSecond * 1000,
  maxRetries: flags.maxRetries,
  durationLimitMs: secondsToMs(nullable(flags.durationLimit)),
  maxConcurrentSessions: nullable(flags.maxConcurrentSessions),
  maxClientLagMs: flags.maxClientLagMs,
  recordText: flags.text,
  recordItl: flags.itl,
  pacing: flags.pacing,
  concurrency: nullable(flags.concurrency),
  history: flags.history,
  cacheSalt: flags.cacheSalt === true ? randomUUID() : flags.cacheSalt,
  preflight: flags.preflight,
  serverMetrics: flags.serverMetrics && {
    urls: flags.serverMetrics,
    intervalMs: flags.serverMetricsInterval * 1000,
    names: flags.serverMetricsNames,
    sendsApiKey: flags.serverMetricsAuth,
  },
});

const run = async (flags: ClientFlags): Promise<void> => {
  const { runClient } = await import('../pipeline/run-client.js');
  if (flags.serverMetrics && flags.outputFilePath === STDIO) {
    throw new BenchmarkError('usage', '--server-metrics needs a file of results to stand beside', {
      hint: 'Give --output-file-path the name of a file.',
    });
  }
  const view = viewOf(flags);
  // Lines for a program, and none between them.
  const isQuiet = flags.quiet === true || view.jsonProgressSeconds !== null;
  await withContext({ ...flags, quiet: isQuiet }, async (context) => {
    const record = await runClient(flags.workloadPath, flags.outputFilePath, runOptions(flags), context, view);
    context.reporter.line(`verdict   ${record.verdict}: ${record.verdict_reason}`);
    if (flags.json && flags.outputFilePath !== STDIO) printJson(record);
    const { verdict, ended_early: endedEarly, counts } = record;
    return exitCodeOfRun({ verdict, endedEarly, succeeded: counts.succeeded });
  });
};

export const addClientCommand = (program: Command): void => {
  const command = program
    .command('client')
    .description('send a workload to a server and record what comes back')
    .requiredOption('--workload-path <file>', 'workload file')
    .requiredOption('--endpoint <url>', 'base URL of the server')
    .requiredOption('--model <name>', 'model to ask, unless a request names its own')
    .requiredOption('--output-file-path <file>', 'results file (.jsonl), or - for stdout')
    .option('--api-key <key>', 'bearer token (better: the environment variable API_KEY)')
    .option('--streaming [bool]', 'ask for streamed answers', boolean, true)
    .option('--routing-strategy <name>', 'header routing-strategy of the AIBrix gateway')
    .option('--output-token-limit <tokens>', 'most tokens of an answer; null: as the workload says', numberOrNull, null)
    .option('--time-scale <factor>', 'multiplies every timestamp; 0.1 is ten times as fast', number, 1)
    .option('--timeout-second <s>', 'deadline of a whole request', number, 60)
    .option('--max-retries <n>', 'further attempts after a failure that may pass', whole, 0)
    .option('--duration-limit <s>', 'then what is open is cancelled', numberOrNull, null)
    .option('--max-concurrent-sessions <n>', 'sessions active at once', numberOrNull, null)
    .option('--session-key-header [bool]', 'send session_id as x-aibrix-session-key', boolean, false)
    .addOption(
      new Option(
        '--pacing <kind>',
        'requests at their timestamps, or as soon as fewer than --concurrency are on their way',
      )
        .choices(['schedule', 'asap'])
        .default('schedule'),
    )
    .option('--concurrency <n>', 'requests on their way at once', numberOrNull, null)
    .addOption(
      new Option(
        '--history <kind>',
        'answers in the conversation of a session: of the server, or the completions of the workload',
      )
        .choices(['live', 'recorded'])
        .default('live'),
    )
    .option('--cache-salt [text]', 'cache_salt of every request (vLLM); without a text a new one for each run')
    .addOption(
      new Option('--preflight <mode>', 'ask the server for its models before load')
        .choices(['off', 'warn', 'fail'])
        .default('warn'),
    )
    .addOption(
      new Option('--length-control <how>', 'how the planned output length is enforced')
        .choices(['min-tokens', 'ignore-eos', 'none'])
        .default('min-tokens'),
    )
    .option('--max-client-lag-ms <ms>', 'client lag p99 above this makes the run client-bound', number, 10)
    .option('--server-metrics <url...>', 'Prometheus pages to record during the run; auto is <endpoint>/metrics')
    .option('--server-metrics-interval <s>', 'from one scrape to the next', number, 1)
    .option(
      '--server-metrics-names <pattern...>',
      'names to keep beside those of vLLM, SGLang and AIBrix; * is any text',
    )
    .option('--server-metrics-auth [bool]', 'send the API key to pages of the endpoint', boolean, false)
    .option('--no-text', 'leave prompts and answers out of the results')
    .option('--no-itl', 'leave inter-token gaps out of the results')
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix client --workload-path out/workload.jsonl --endpoint http://localhost:8888 --model llama-3-8b-instruct \\\n      --output-file-path results/output.jsonl',
    )
    .action(run);
  addViewFlags(command);
  addCommonFlags(command);
};
