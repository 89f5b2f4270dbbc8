import { availableParallelism } from 'node:os';
import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import type { Command } from 'commander';
import { addCommonFlags, type CommonFlags } from './common-flags.js';
import { number } from './flag-values.js';
import { printJson, withContext } from './with-context.js';

interface CalibrateFlags extends CommonFlags {
  shape?: string[] | undefined;
  searchSeconds: number;
  curveSeconds: number;
  serverCpus?: string | undefined;
  output?: string | undefined;
}

const run = async (flags: CalibrateFlags): Promise<void> => {
  const { calibrateShape, describeMachine, LOAD_SHAPES, VERSION } = await import('@aibrix/client');
  const { writeFileAtomically } = await import('@aibrix/core/files');
  const { SCHEMA_VERSION } = await import('@aibrix/schema');
  const { spawnReferenceServer } = await import('@aibrix/simulator');
  const { calibrationPath } = await import('../calibration/calibration-file.js');
  const { calibrationTable } = await import('../calibration/calibration-table.js');
  const names = flags.shape ?? Object.keys(LOAD_SHAPES);
  const shapes = names.map((name) => {
    const shape = LOAD_SHAPES[name];
    if (shape) return shape;
    const known = Object.keys(LOAD_SHAPES);
    const close = closestMatch(name, known);
    throw new BenchmarkError('usage', `--shape: there is no shape "${name}"`, {
      hint: close ? `Did you mean ${close}?` : `There are ${known.join(', ')}.`,
    });
  });
  await withContext(flags, async ({ reporter, clock, environment, drainSignal }) => {
    if (availableParallelism() < 2) {
      reporter.warn('client and server share one CPU here: the ceiling is that of both together');
    }
    const target = await spawnReferenceServer({ cpus: flags.serverCpus });
    const calibration = {
      schema_version: SCHEMA_VERSION,
      client_version: VERSION,
      measured_at: new Date(clock.now()).toISOString(),
      machine: describeMachine(),
      workers: 1,
      shapes: [] as Awaited<ReturnType<typeof calibrateShape>>[],
    };
    try {
      for (const shape of shapes) {
        const result = await calibrateShape(target, shape, {
          searchSeconds: flags.searchSeconds,
          curveSeconds: flags.curveSeconds,
          signal: drainSignal,
          onProbe: ({ rate, verdict }) => reporter.status(`${shape.name}: ${Math.round(rate)} requests/s: ${verdict}`),
        });
        reporter.clearStatus();
        calibration.shapes.push(result);
        if (!flags.json) process.stdout.write(`${calibrationTable(result)}\n\n`);
      }
    } finally {
      await target.close();
    }
    const path = flags.output ?? calibrationPath(environment);
    await writeFileAtomically(path, `${JSON.stringify(calibration, null, 2)}\n`);
    reporter.line(`calibration → ${path}; later runs on this machine say how far from the ceiling they were`);
    if (flags.json) printJson(calibration);
    return 0;
  });
};

export const addCalibrateCommand = (program: Command): void => {
  const command = program
    .command('calibrate')
    .description('find the ceiling of the client on this machine, and the error of its timing')
    .option('--shape <name...>', 'shapes of request: coalesced, paced, long-prompt (default: all)')
    .option('--search-seconds <s>', 'seconds of load at each rate of the search', number, 3)
    .option('--curve-seconds <s>', 'seconds of load at each part of the ceiling', number, 10)
    .option('--server-cpus <list>', 'CPUs of the server, as taskset takes them (Linux)')
    .option('--output <file>', 'where the calibration is kept (default: in the cache folder, where later runs find it)')
    .addHelpText(
      'after',
      '\nExample, client and server on CPUs of their own:\n  $ taskset -c 1 aibrix calibrate --server-cpus 0',
    )
    .action(run);
  addCommonFlags(command);
};
