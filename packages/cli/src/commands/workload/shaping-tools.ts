import type { GeneratedWorkload } from '@aibrix/workload';
import type { Command } from 'commander';
import { parseShard } from '../../config/shard-text.js';
import { number, whole } from '../flag-values.js';
import { addToolFlags, runTool, type ToolFlags } from './tool-flags.js';

interface InputFlags extends ToolFlags {
  inputFile: string;
}

interface ShapeFlags extends InputFlags {
  fromMs?: number | undefined;
  toMs?: number | undefined;
  timeScale?: number | undefined;
  rateScale?: number | undefined;
  inputScale?: number | undefined;
  outputScale?: number | undefined;
  sample?: number | undefined;
  maxRequests?: number | undefined;
  modelMix?: string | undefined;
  userMix?: string | undefined;
  users?: number | undefined;
  userSkew?: number | undefined;
}

interface ShardFlags extends InputFlags {
  shard: string;
}

const INPUT_FILE = ['--input-file <file>', 'workload file, or - for stdin'] as const;

/** Applies what is asked for, in the order of the flags' help. */
const shape = async (flags: ShapeFlags, signal: AbortSignal | undefined): Promise<GeneratedWorkload> => {
  const { limitWorkload, readWorkload, sampleWorkload, scaleWorkload, sliceWorkload } = await import(
    '@aibrix/workload'
  );
  const { withMix } = await import('../../pipeline/mix-workload.js');
  const { fromMs, toMs, sample, timeScale, rateScale, inputScale, outputScale, maxRequests } = flags;
  let workload = readWorkload(flags.inputFile, { signal });
  if (fromMs !== undefined || toMs !== undefined) workload = sliceWorkload(workload, { fromMs, toMs });
  if (sample !== undefined) workload = sampleWorkload(workload, { share: sample, seed: flags.seed });
  if ([timeScale, rateScale, inputScale, outputScale].some((scale) => scale !== undefined)) {
    workload = scaleWorkload(workload, {
      time: timeScale,
      rate: rateScale,
      promptLengths: inputScale,
      outputLengths: outputScale,
    });
  }
  if (maxRequests !== undefined) workload = limitWorkload(workload, { maxRequests });
  return withMix(workload, {
    models: flags.modelMix,
    users: flags.userMix,
    userCount: flags.users,
    userSkew: flags.userSkew,
    seed: flags.seed ?? 0,
  });
};

/** Adds `shape`, `shard` and `sort`. */
export const addShapingTools = (parent: Command): void => {
  const shapeCommand = parent
    .command('shape')
    .description('cut, sample, scale or limit a workload, or give its requests models and users')
    .requiredOption(...INPUT_FILE)
    .option('--from-ms <ms>', 'leave out what comes before, and count from here', number)
    .option('--to-ms <ms>', 'leave out what comes from here on', number)
    .option('--sample <share>', 'keep this share of the sessions, or requests, each whole', number)
    .option('--time-scale <factor>', 'multiply every time: 2 is half as fast', number)
    .option('--rate-scale <factor>', 'divide every time: 2 is twice as fast', number)
    .option('--input-scale <factor>', 'multiply prompt lengths, of a workload without text', number)
    .option('--output-scale <factor>', 'multiply output lengths', number)
    .option('--max-requests <n>', 'keep only the first requests', whole)
    .option('--model-mix <list>', 'models to ask, with weights: base=3,lora-a=1')
    .option('--user-mix <list>', 'users, with weights: alice=3,bob=1')
    .option('--users <n>', 'so many users, user-0 and up, the first the busiest', whole)
    .option('--user-skew <s>', 'with --users: exponent of Zipf’s law (default 1; 0: all alike)', number)
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload shape --input-file day.jsonl --from-ms 3600000 --to-ms 7200000 --sample 0.1 --rate-scale 2 -o hour.jsonl',
    )
    .action((flags: ShapeFlags) => runTool(flags, [flags.inputFile], (signal) => shape(flags, signal)));
  addToolFlags(shapeCommand);

  const shard = parent
    .command('shard')
    .description('one of n parts of a workload, sessions whole: the same that the client takes')
    .requiredOption(...INPUT_FILE)
    .requiredOption('--shard <i/n>', 'which part, from 0')
    .addHelpText(
      'after',
      '\nExample:\n  $ aibrix workload shard --input-file workload.jsonl --shard 0/4 -o part-0.jsonl',
    )
    .action((flags: ShardFlags) =>
      runTool(flags, [flags.inputFile], async (signal) => {
        const { readWorkload, shardWorkload } = await import('@aibrix/workload');
        const { index, count } = parseShard(flags.shard);
        return shardWorkload(readWorkload(flags.inputFile, { signal }), { shard: index, shards: count });
      }),
    );
  addToolFlags(shard);

  const sort = parent
    .command('sort')
    .description('a workload whose entries do not stand in order of time, in order')
    .requiredOption(...INPUT_FILE)
    .addHelpText('after', '\nExample:\n  $ aibrix workload sort --input-file unsorted.jsonl -o sorted.jsonl')
    .action((flags: InputFlags) =>
      runTool(flags, [flags.inputFile], async (signal) => {
        const { sortWorkload } = await import('@aibrix/workload');
        return sortWorkload(flags.inputFile, { signal });
      }),
    );
  addToolFlags(sort);
};
