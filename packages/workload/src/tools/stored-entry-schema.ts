import type { ReadJsonlOptions } from '@aibrix/core/jsonl';
import { type WorkloadEntry, workloadEntrySchema } from '@aibrix/schema';

/**
 * Checks an entry as `workloadEntrySchema` does, and gives the entry itself: its fields stay in their order, and nothing
 * is copied.
 */
export const storedEntrySchema: NonNullable<ReadJsonlOptions<WorkloadEntry>['schema']> = {
  '~standard': {
    version: 1,
    vendor: 'aibrix',
    validate(value) {
      const { success, error } = workloadEntrySchema.safeParse(value);
      return success ? { value: value as WorkloadEntry } : { issues: error.issues };
    },
  },
};
