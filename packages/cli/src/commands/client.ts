import { randomUUID } from 'node:crypto';
import type { Api, RunOptions } from '@aibrix/client';
import { BenchmarkError } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import { type Command, Option } from 'commander';
import { parseShard } from '../config/shard-text.js';
import { parseStartTime } from '../config/start-time.js';
import { exitCodeOfRun } from '../exit-code.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { addConnectionFlags, type ConnectionFlags, connectionOptions } from './connection-flags.js';
import {
  boolean,
  headerLines,
  jsonObject,
  type NumberOrNull,
  nullable,
  number,
  numberOrNull,
  whole,
} from './flag-values.js';
import { addViewFlags, type ViewFlags, viewOf } from './view-flags.js';
import { printJson, withContext } from './with-context.js';

interface ClientFlags extends CommonFlags, ConnectionFlags, ViewFlags {
  workloadPath: string;
  endpoint: string;
  model: string;
  api: Api;
  apiKey?: string | undefined;
  header?: Record<string, string> | undefined;
  continuousUsage: boolean;
  sendTokenIds: boolean;
  temperature: number;
  extraBody?: Record<string, unknown> | undefined;
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
  whenSaturated: 'wait' | 'drop';
  rampUsers: NumberOrNull;
  rampFrom: number;
  failedTurn: 'skip-rest' | 'continue';
  history: 'live' | 'recorded';
  cacheSalt?: string | true | undefined;
  workers: number;
  shard?: string | undefined;
  startAt?: string | undefined;
  preflight: 'off' | 'warn' | 'fail';
  resetPrefixCache: boolean;
  lengthControl: 'min-tokens' | 'ignore-eos' | 'none';
  maxClientLagMs: number;
  resultQueueBytes?: number | undefined;
  serverMetrics?: string[] | undefined;
  serverMetricsInterval: number;
  serverMetricsNames?: string[] | undefined;
  serverMetricsAuth: boolean;
  text: boolean;
  itl: boolean;
}

// Not the client's own list: help is shown without loading it.
const APIS: readonly Api[] = ['chat', 'completions', 'responses', 'embeddings'];

const secondsToMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const runOptions = (flags: ClientFlags): RunOptions => ({
  endpoint: flags.endpoint,
  model: flags.model,
  api: flags.api,
  headers: flags.header,
  continuousUsage: flags.continuousUsage,
  sendTokenIds: flags.sendTokenIds,
  temperature: flags.temperature,
  extraBody: flags.extraBody,
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
  whenSaturated: flags.whenSaturated,
  rampMs: secondsToMs(nullable(flags.rampUsers)),
  rampFrom: flags.rampFrom,
  failedTurn: flags.failedTurn,
  resultQueueBytes: flags.resultQueueBytes,
  history: flags.history,
  cacheSalt: flags.cacheSalt === true ? randomUUID() : flags.cacheSalt,
  workers: flags.workers,
  shard: flags.shard === undefined ? null : parseShard(flags.shard),
  startAtMs: flags.startAt === undefined ? null : parseStartTime(flags.startAt),
  preflight: flags.preflight,
  resetPrefixCache: flags.resetPrefixCache,
  ...connectionOptions(flags),
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
    .addOption(new Option('--api <kind>', 'what is asked').choices([...APIS]).default('chat'))
    .option(
      '--header <line>',
      'further header of every request, "name: value"; may be given several times',
      headerLines,
    )
    .option('--api-key <key>', 'bearer token (better: the environment variable API_KEY)')
    .option('--streaming [bool]', 'ask for streamed answers', boolean, true)
    .option('--continuous-usage [bool]', 'ask for usage in every chunk (vLLM)', boolean, false)
    .option('--send-token-ids [bool]', 'send prompt_token_ids in place of text', boolean, false)
    .option('--temperature <t>', 'of sampling', number, 0)
    .option('--extra-body <json>', 'further fields of every request’s body; they win', jsonObject)
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
        '--when-saturated <what>',
        'requests that are due while --concurrency are on their way wait, or are dropped',
      )
        .choices(['wait', 'drop'])
        .default('wait'),
    )
    .option(
      '--ramp-users <s>',
      'seconds over which --concurrency rises from --ramp-from to its full',
      numberOrNull,
      null,
    )
    .option('--ramp-from <n>', 'requests on their way at once when the ramp begins', whole, 1)
    .addOption(
      new Option(
        '--failed-turn <what>',
        'what follows a failed turn, or a failed parent, is skipped, or sent all the same',
      )
        .choices(['skip-rest', 'continue'])
        .default('skip-rest'),
    )
    .addOption(
      new Option(
        '--history <kind>',
        'answers in the conversation of a session: of the server, or the completions of the workload',
      )
        .choices(['live', 'recorded'])
        .default('live'),
    )
    .option('--cache-salt [text]', 'cache_salt of every request (vLLM); without a text a new one for each run')
    .option('--workers <n>', 'threads that send; sessions and limits are divided among them', whole, 1)
    .option('--shard <i/n>', 'replay only this part, i from 0, while other processes replay the others')
    .option('--start-at <time>', 'when the schedule begins: ISO 8601 with zone, or epoch seconds')
    .addOption(
      new Option('--preflight <mode>', 'ask the server for its models, and send one request, before load')
        .choices(['off', 'warn', 'fail'])
        .default('warn'),
    )
    .option('--reset-prefix-cache', 'empty the prefix cache of the server before load (vLLM, SGLang)', false)
    .addOption(
      new Option('--length-control <how>', 'how the planned output length is enforced')
        .choices(['min-tokens', 'ignore-eos', 'none'])
        .default('min-tokens'),
    )
    .option('--max-client-lag-ms <ms>', 'client lag p99 above this makes the run client-bound', number, 10)
    .option('--result-queue-bytes <bytes>', 'memory for results that wait for the disk (256 MiB)', whole)
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
  addConnectionFlags(command);
  addViewFlags(command);
  addCommonFlags(command);
};
