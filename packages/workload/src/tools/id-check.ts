import { BenchmarkError, type InputLocation } from '@aibrix/core/errors';
import type { WorkloadEntry } from '@aibrix/schema';
import { idOf } from './request-key.js';
import { createTextSet } from './text-set.js';

/** Makes sure that ids which a tool writes, or puts a number before, are those of one request each. */
export interface IdCheck {
  /**
   * Takes the ids that the requests of an entry state; with `defaultsToo` also those that the others have by their place.
   *
   * @throws BenchmarkError `input`, with its place, for one that was there before
   */
  take(entry: WorkloadEntry, options: { entryNumber: number; defaultsToo: boolean }): void;
}

/**
 * Starts before the first entry. Memory: 10 to 13 bytes an id.
 *
 * @param placeOf where the entry stands that was taken last
 */
export const createIdCheck = (placeOf: () => InputLocation): IdCheck => {
  const ids = createTextSet();
  return {
    take({ requests }, { entryNumber, defaultsToo }) {
      for (const [index, request] of requests.entries()) {
        if (request.id == null && !defaultsToo) continue;
        const id = idOf(request, entryNumber, index);
        if (ids.add(id)) continue;
        throw new BenchmarkError(
          'input',
          `request ${index} of entry ${entryNumber} has the id ${JSON.stringify(id)}, as one before it`,
          {
            location: placeOf(),
            hint: 'Give each request an id of its own. One that states none has <entry>-<index>, both counted from 0.',
          },
        );
      }
    },
  };
};
