import type { TraceOptions } from '@aibrix/workload';
import { type Command, Option } from 'commander';
import type { TraceKindName } from '../../pipeline/workload-recipe.js';
import { type NumberOrNull, nullable, number } from '../flag-values.js';
import {
  addDuration,
  addIgnoredInterval,
  addPromptChoiceFlags,
  addWorkloadFlags,
  make,
  type PromptChoiceFlags,
  promptChoiceOptions,
} from './workload-flags.js';

/** Flags of every kind that replays a trace. */
export interface TraceFlags extends PromptChoiceFlags {
  durationMs: NumberOrNull;
  fromMs: number;
  timeScale: number;
  rateScale: number;
  inputScale: number;
  outputScale: number;
  sample: number;
  sort: boolean;
  dequantize: boolean;
  keepModels: boolean;
  keepParents: boolean;
}

interface TraceFileFlags extends TraceFlags {
  trafficFile: string;
  traceType?: string | undefined;
  traceUrl?: string | undefined;
  keepFailed?: boolean | undefined;
  clock?: 'planned' | 'start' | undefined;
}

/** Adds how a trace is shaped. */
export const addTraceFlags = (command: Command): Command =>
  addDuration(command)
    .option('--from-ms <ms>', 'leave out what comes before, and count from here', number, 0)
    .option('--time-scale <factor>', 'multiply every time: 2 is half as fast', number, 1)
    .option('--rate-scale <factor>', 'divide every time: 2 is twice as fast', number, 1)
    .option('--input-scale <factor>', 'multiply input lengths', number, 1)
    .option('--output-scale <factor>', 'multiply output lengths', number, 1)
    .option('--sample <share>', 'keep this share of the sessions, or requests, each whole', number, 1)
    .addOption(new Option('--sort', 'read a trace that is not in order of time, all of it in memory').default(false))
    .addOption(new Option('--dequantize', 'spread rows of one time over the step to the next').default(false))
    .addOption(new Option('--keep-models', 'ask each request of the model that the trace names').default(false))
    .addOption(
      new Option('--keep-parents', 'let a request wait for the one that it goes on from, where the trace says').default(
        false,
      ),
    );

/** Options of the libraries that every trace has. */
export const traceOptions = (flags: TraceFlags): TraceOptions => ({
  ...promptChoiceOptions(flags),
  durationMs: nullable(flags.durationMs),
  fromMs: flags.fromMs,
  timeScale: flags.timeScale,
  rateScale: flags.rateScale,
  inputScale: flags.inputScale,
  outputScale: flags.outputScale,
  sampleShare: flags.sample,
  sort: flags.sort,
  dequantize: flags.dequantize,
  keepModels: flags.keepModels,
  keepParents: flags.keepParents,
});

interface TraceCommand {
  kind: TraceKindName;
  command: string;
  description: string;
  file: string;
  lengthMode: 'match' | 'exact';
  /** Names of traces that can be downloaded. */
  downloads?: { kind: 'azure' | 'mooncake'; names: readonly string[] };
  example: string;
}

const run = async ({ kind, downloads }: TraceCommand, flags: TraceFileFlags): Promise<void> => {
  const { traceRecipe } = await import('../../pipeline/workload-recipe.js');
  const { traceType: trace } = flags;
  await make(
    flags,
    traceRecipe(
      kind,
      {
        ...traceOptions(flags),
        tracePath: flags.trafficFile,
        ...(flags.keepFailed !== undefined && { keepFailed: flags.keepFailed }),
        ...(flags.clock !== undefined && { clock: flags.clock }),
      },
      downloads && trace !== undefined ? { kind: downloads.kind, trace, url: flags.traceUrl } : undefined,
    ),
  );
};

const COMMANDS: readonly TraceCommand[] = [
  {
    kind: 'azure',
    command: 'azure',
    description: 'the Azure LLM inference traces of 2023, 2024 and 2025, each request at its own time',
    file: 'CSV with TIMESTAMP, ContextTokens, GeneratedTokens',
    lengthMode: 'match',
    downloads: { kind: 'azure', names: ['conv', 'code'] },
    example:
      'azure --traffic-file AzureLLMInferenceTrace_conv.csv --duration-ms null \\\n      --length-mode exact --tokenizer o200k_base --output-dir out',
  },
  {
    kind: 'mooncake',
    command: 'mooncake',
    description: 'a Mooncake trace, with prompts that share blocks as the trace says',
    file: 'JSONL with timestamp, input_length, output_length, hash_ids',
    lengthMode: 'exact',
    downloads: { kind: 'mooncake', names: ['conversation', 'synthetic', 'toolagent'] },
    example: 'mooncake --traffic-file conversation_trace.jsonl --dequantize --tokenizer o200k_base --output-dir out',
  },
  {
    kind: 'qwen_bailian',
    command: 'qwen-bailian',
    description: 'a Qwen-Bailian usage trace, with prompts that share blocks of 16 tokens',
    file: 'JSONL with chat_id, timestamp, input_length, output_length, hash_ids',
    lengthMode: 'exact',
    example: 'qwen-bailian --traffic-file qwen_traceA.jsonl --sample 0.1 --tokenizer o200k_base --output-dir out',
  },
  {
    kind: 'burstgpt',
    command: 'burstgpt',
    description: 'a BurstGPT trace',
    file: 'CSV with Timestamp, Request tokens, Response tokens',
    lengthMode: 'match',
    example: 'burstgpt --traffic-file BurstGPT_1.csv --length-mode exact --tokenizer o200k_base --output-dir out',
  },
  {
    kind: 'results',
    command: 'results',
    description: 'what was measured: the requests of a run, at the times they were planned for',
    file: 'results of a run (output.jsonl)',
    lengthMode: 'match',
    example: 'results --traffic-file output.jsonl --length-mode exact --tokenizer o200k_base --output-dir again',
  },
];

const addTrace = (parent: Command, trace: TraceCommand): void => {
  const command = parent
    .command(trace.command)
    .description(trace.description)
    .requiredOption('--traffic-file <file>', trace.file)
    .addHelpText('after', `\nExample:\n  $ aibrix workload ${trace.example}`)
    .action((flags: TraceFileFlags) => run(trace, flags));
  if (trace.downloads) {
    command
      .addOption(
        new Option('--trace-type <name>', 'download this public trace when the file is missing').choices([
          ...trace.downloads.names,
        ]),
      )
      .option('--trace-url <url>', 'with --trace-type: where to download it from');
  }
  if (trace.kind === 'burstgpt') {
    command.addOption(
      new Option('--keep-failed', 'keep requests that failed, whose answers have no tokens').default(false),
    );
  }
  if (trace.kind === 'results') {
    command.addOption(
      new Option('--clock <time>', 'which time is replayed: when it was wanted, or when it was sent')
        .choices(['planned', 'start'])
        .default('planned'),
    );
  }
  addWorkloadFlags(addPromptChoiceFlags(addTraceFlags(addIgnoredInterval(command)), trace.lengthMode));
};

export const addTraces = (parent: Command): void => {
  for (const trace of COMMANDS) addTrace(parent, trace);
};
