import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import { STDIO } from '@aibrix/core/files';
import type { Synthesis, TokenizerIdentity, WorkloadEntry } from '@aibrix/schema';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload, WorkloadFindings, WorkloadOrigin } from '../generated-workload.js';
import { createInputTally, type InputTally } from './input-tally.js';
import { NO_CACHE_NOTE } from './no-cache-note.js';
import { sameSeedNotes } from './same-seed-notes.js';
import { nameOfInput, type WorkloadInput } from './workload-input.js';

/** One pass of a tool over its inputs. */
export interface ToolRun {
  entries: AsyncIterable<WorkloadEntry>;
  /** Whole once the entries have ended. */
  findings(): WorkloadFindings;
}

const describe = (input: WorkloadInput): Record<string, unknown> => {
  const { generator, options, seed, arrivals } = input.origin ?? {
    generator: nameOfInput(input),
    options: {},
    seed: null,
  };
  // A manifest states them itself.
  return { generator, options, seed, ...(!('manifest' in options) && { arrivals }) };
};

/** What all inputs agree on; undefined where they do not. */
const agreed = <T>(values: readonly (T | undefined)[]): T | undefined => {
  const [first] = values;
  return values.every((value) => JSON.stringify(value) === JSON.stringify(first)) ? first : undefined;
};

const tokenizerNotes = (tokenizers: readonly (TokenizerIdentity | undefined)[]): string[] => {
  const names = new Map(tokenizers.map((tokenizer) => [tokenizer?.sha256, tokenizer?.name ?? 'not stated']));
  return names.size > 1
    ? [`lengths of the inputs were counted with different tokenizers: ${[...names.values()].join(', ')}`]
    : [];
};

/** The notes of inputs, with the input where there are several; that of prefix caches once, as it is for all. */
const inputNotes = (found: readonly WorkloadFindings[]): string[] => {
  const notes = found.flatMap((findings, index) =>
    findings.notes
      .filter((note) => note !== NO_CACHE_NOTE)
      .map((note) => (found.length > 1 ? `input ${index}: ${note}` : note)),
  );
  return found.some((findings) => findings.notes.includes(NO_CACHE_NOTE)) ? [...notes, NO_CACHE_NOTE] : notes;
};

const refuseSecondStdin = (generator: string, inputs: readonly WorkloadInput[]): void => {
  if (inputs.filter(({ origin }) => origin?.options.path === STDIO).length < 2) return;
  throw new BenchmarkError('usage', `${generator}: stdin can be only one of the inputs`);
};

/**
 * A workload made of others: how it came about, with how its inputs did, and what was read of each of them.
 *
 * @param options.start starts anew, with tallies that every entry of the inputs is to be put through
 * @throws BenchmarkError `usage` when two inputs are stdin
 */
export const toolWorkload = (options: {
  generator: string;
  options: Record<string, unknown>;
  seed?: number | string | undefined;
  inputs: readonly WorkloadInput[];
  /** Whether all times are those of the only input, so that what it says of arrivals holds. Default false. */
  keepsTimes?: boolean | undefined;
  /** Where the entry stands that the one given last was made of. */
  location?(): InputLocation | undefined;
  start(tallies: readonly InputTally[]): ToolRun;
}): GeneratedWorkload => {
  const { generator, inputs } = options;
  refuseSecondStdin(generator, inputs);
  let tallies: InputTally[] = [];
  let run: ToolRun | undefined;
  const tokenizers = (): (TokenizerIdentity | undefined)[] => inputs.map(({ origin }) => origin?.tokenizer);

  return {
    // Asked anew each time: a file is known by its hash only when it has been read.
    get origin(): WorkloadOrigin {
      return {
        generator,
        options: { ...options.options, inputs: inputs.map(describe) },
        seed: options.seed ?? null,
        arrivals: options.keepsTimes ? inputs[0]?.origin?.arrivals : undefined,
        tokenizer: agreed(tokenizers()),
        synthesis: agreed<Synthesis>(inputs.map(({ origin }) => origin?.synthesis)),
      };
    },
    findings() {
      const own = run?.findings() ?? { statistics: {}, notes: [] };
      const found = inputs.map((input) => input.findings?.() ?? { statistics: {}, notes: [] });
      const inputFigures = tallies.map(({ figures }, index) => {
        const statistics = found[index]?.statistics ?? {};
        return { ...figures, ...(Object.keys(statistics).length > 0 && { statistics }) };
      });
      const empty = tallies.reduce((sum, { figures }) => sum + figures.empty_entries, 0);
      return {
        statistics: { inputs: inputFigures, ...own.statistics },
        notes: [
          ...own.notes,
          ...countNote('entries without requests and events, which are left out', empty),
          ...tokenizerNotes(tokenizers()),
          ...sameSeedNotes(inputs),
          ...inputNotes(found),
        ],
      };
    },
    get location() {
      return options.location?.();
    },
    [Symbol.asyncIterator](): AsyncIterator<WorkloadEntry> {
      tallies = inputs.map((input) => createInputTally(input));
      run = options.start(tallies);
      return run.entries[Symbol.asyncIterator]();
    },
  };
};
