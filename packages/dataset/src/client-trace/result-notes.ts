import { BenchmarkError } from '@aibrix/core/errors';
import { countNote } from '../gather/count-note.js';
import type { ResultTally } from './usable-results.js';

const errorTypes = ({ errors }: ResultTally): string =>
  [...errors]
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
    .map(([type, count]) => `${type} ${count}`)
    .join(', ');

/** What was left out of the results, in words. */
export const resultNotes = (tally: ResultTally): string[] => {
  const errors = [...tally.errors.values()].reduce((sum, count) => sum + count, 0);
  return [
    ...(errors > 0 ? [`results that are errors, left out: ${errors} (${errorTypes(tally)})`] : []),
    ...countNote('results without their text, left out', tally.withoutText),
    ...countNote('results whose input is more than text, left out', tally.notText),
    ...countNote('results without a question, left out', tally.withoutQuestion),
    ...countNote('last lines that were cut off, left out', tally.cutLines),
  ];
};

/** Why no dataset can be made of a file. */
export const nothingUsable = (file: string, tally: ResultTally): BenchmarkError => {
  const because = (message: string, hint: string): BenchmarkError =>
    new BenchmarkError('input', message, { location: { file }, hint });
  if (tally.read === 0) return because('holds no results', 'The file is empty, or its only line was cut off.');
  if (tally.withoutText > 0 && tally.notText + tally.withoutQuestion === 0) {
    return because(
      'no result has the text that was sent',
      'It was recorded with --no-text: run the client without it, or take the dataset that the workload was made of.',
    );
  }
  return because('no result can be used', `What it holds: ${resultNotes(tally).join('; ')}.`);
};
