import { once } from 'node:events';
import { createRealClock } from '@aibrix/core/clock';
import { type Command, Option } from 'commander';
import { untilSignal } from '../interruption.js';
import { openReporter } from '../output/open-reporter.js';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { whole } from './flag-values.js';
import { printJson } from './with-context.js';

interface SimulateFlags extends CommonFlags {
  port: number;
  host: string;
  model?: string[] | undefined;
  profile: 'instant' | 'a100-llama-8b';
  apiKey?: string | undefined;
  tokenizer: string;
  countMode: 'prompt' | 'chat';
  chatTemplate?: string | undefined;
  truthLog?: string | undefined;
  maxNumSeqs?: number | undefined;
  maxNumBatchedTokens?: number | undefined;
  maxModelLen?: number | undefined;
  kvCacheTokens?: number | undefined;
  replicas?: number | undefined;
  routingStrategy?: string | undefined;
  rpm?: number | undefined;
  tpm?: number | undefined;
  user?: string[] | undefined;
  lora?: string[] | undefined;
  faults?: string | undefined;
  stopOnStdinEnd?: boolean | undefined;
}

/** Stdin ends when the program at its other end does, however that dies. */
const untilStdinEnds = async (): Promise<void> => {
  await once(process.stdin.resume(), 'end');
};

const run = async (flags: SimulateFlags): Promise<void> => {
  const { startSimulator } = await import('@aibrix/simulator');
  const reporter = openReporter(flags, createRealClock());
  const simulator = await startSimulator({
    port: flags.port,
    host: flags.host,
    models: flags.model,
    profile: flags.profile,
    seed: flags.seed,
    apiKey: flags.apiKey,
    tokenizer: flags.tokenizer,
    countMode: flags.countMode,
    chatTemplate: flags.chatTemplate,
    truthLog: flags.truthLog,
    maxNumSeqs: flags.maxNumSeqs,
    maxNumBatchedTokens: flags.maxNumBatchedTokens,
    maxModelLen: flags.maxModelLen,
    kvCacheTokens: flags.kvCacheTokens,
    replicas: flags.replicas,
    routingStrategy: flags.routingStrategy,
    rpm: flags.rpm,
    tpm: flags.tpm,
    users: flags.user,
    loras: flags.lora,
    faults: flags.faults,
  });
  process.stdout.write(`${simulator.url}\n`);
  reporter.line(`simulator ready, profile ${flags.profile}; Ctrl-C stops it`);
  await Promise.race([untilSignal(), ...(flags.stopOnStdinEnd ? [untilStdinEnds()] : [])]);
  // A stdin that is still open would keep the process alive.
  process.stdin.destroy();
  const stats = simulator.stats();
  await simulator.close();
  if (flags.json) printJson(stats);
};

export const addSimulateCommand = (program: Command): void => {
  const command = program
    .command('simulate')
    .description('serve a simulated engine with the API of OpenAI; its URL is the first line on stdout')
    .option('--port <port>', 'port; 0: any free one', whole, 8888)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--model <name...>', 'names of the models; others get 404 (default: any name is served)')
    .addOption(
      new Option('--profile <name>', 'how fast the engine is')
        .choices(['instant', 'a100-llama-8b'])
        .default('a100-llama-8b'),
    )
    .option('--tokenizer <name>', 'counts prompts and answers', 'o200k_base')
    .addOption(
      new Option(
        '--count-mode <mode>',
        'what prompt_tokens counts: texts, or messages as the chat template renders them',
      )
        .choices(['prompt', 'chat'])
        .default('prompt'),
    )
    .option('--chat-template <file>', 'Jinja template to count with, in place of the tokenizer’s own')
    .option('--api-key <key>', 'ask for this bearer token')
    .option('--max-num-seqs <n>', 'sequences in one batch at most', whole)
    .option('--max-num-batched-tokens <n>', 'tokens computed in one step at most', whole)
    .option('--max-model-len <n>', 'prompt and answer of one request at most, in tokens', whole)
    .option('--kv-cache-tokens <n>', 'tokens that fit in the KV cache; no fewer than the longest request', whole)
    .option('--replicas <n>', 'engines behind the gateway (default 1)', whole)
    .option(
      '--routing-strategy <name>',
      'how requests without that header are sent to replicas, or a list such as least-request:2,prefix-cache:1 (default random)',
    )
    .option('--rpm <n>', 'requests that each user may send in a minute', whole)
    .option('--tpm <n>', 'tokens that each user may be given in a minute', whole)
    .option('--user <name...>', 'users that are known; others are refused (default: all are)')
    .option('--lora <name...>', 'LoRA adapters that are served beside the model')
    .option('--faults <spec>', 'what goes wrong, such as reset:5@0.01,delay:200ms or pause:5s@t=20s')
    .option('--stop-on-stdin-end', 'stop when stdin ends: for a program that starts it and may be killed')
    .option('--truth-log <file>', 'write the true times of each request')
    .addHelpText(
      'after',
      '\nExamples:\n  $ aibrix simulate --port 8888 --profile a100-llama-8b\n' +
        '  $ aibrix simulate --replicas 4 --routing-strategy prefix-cache --faults reset:5@0.01,429@0.02',
    )
    .action(run);
  addCommonFlags(command);
};
