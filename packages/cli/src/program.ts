import { BenchmarkError } from '@aibrix/core/errors';
import { Command, CommanderError } from 'commander';
import { addAnalysisCommand } from './commands/analysis.js';
import { addBenchmarkCommand } from './commands/benchmark.js';
import { addCalibrateCommand } from './commands/calibrate.js';
import { addClientCommand } from './commands/client.js';
import { addDatasetCommand } from './commands/dataset/dataset-command.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addWorkloadCommand } from './commands/workload/workload-command.js';
import { EXIT, exitCodeOfError } from './exit-code.js';
import { printable } from './output/printable.js';
import { VERSION } from './version.js';

/** The commands. What they need is loaded when one runs, so that help is quick. */
const createProgram = (): Command => {
  const program = new Command('aibrix')
    .description('Benchmarks of LLM serving: dataset → workload → client → analysis')
    .version(VERSION)
    .showHelpAfterError('(add --help for all flags)')
    .configureHelp({ showGlobalOptions: false });
  addBenchmarkCommand(program);
  addDatasetCommand(program);
  addWorkloadCommand(program);
  addClientCommand(program);
  addAnalysisCommand(program);
  addSimulateCommand(program);
  addCalibrateCommand(program);
  const overrideExit = (command: Command): void => {
    command.exitOverride();
    for (const child of command.commands) overrideExit(child);
  };
  overrideExit(program);
  return program;
};

/** Commands of the pipeline that later versions bring. */
const NOT_BUILT: readonly string[] = ['compare', 'scenario', 'config'];

const refuseNotBuilt = ([command = '']: readonly string[]): void => {
  if (!NOT_BUILT.includes(command)) return;
  throw new BenchmarkError('not-built', `aibrix ${command} is not part of this version`, {
    hint: '`aibrix --help` lists what is.',
  });
};

const report = (error: unknown): void => {
  if (!BenchmarkError.is(error)) {
    process.stderr.write(`error ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return;
  }
  process.stderr.write(`error ${printable(error.message)}\n`);
  if (error.hint) process.stderr.write(`hint  ${printable(error.hint)}\n`);
};

/**
 * Runs a command line; errors are told on stderr.
 *
 * @param argumentWords without the name of the program
 * @returns the exit code
 */
export const main = async (argumentWords: readonly string[]): Promise<number> => {
  // `pnpm run aibrix -- …` hands its own separator on.
  const words = argumentWords[0] === '--' ? argumentWords.slice(1) : argumentWords;
  process.exitCode = EXIT.done;
  // Whoever reads what is told may leave before the end, as `head` does; the work goes on.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    refuseNotBuilt(words);
    await createProgram().parseAsync(words, { from: 'user' });
    return Number(process.exitCode);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    report(error);
    return exitCodeOfError(error);
  }
};
