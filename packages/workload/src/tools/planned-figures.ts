import type { WorkloadRequest } from '@aibrix/schema';
import { countNote } from '../count-note.js';

/**
 * Takes from a request, which it changes, what was planned from requests before it: `cached_tokens_expected`, and
 * `context_length_planned` unless that still holds.
 *
 * @returns whether there was any
 */
export const removePlanned = (request: WorkloadRequest, { keepsContext }: { keepsContext: boolean }): boolean => {
  const { context_length_planned: context, cached_tokens_expected: cached } = request;
  if (!keepsContext) delete request.context_length_planned;
  delete request.cached_tokens_expected;
  return cached != null || (!keepsContext && context != null);
};

/** What became of them, in words. */
export const plannedNotes = (removed: number): string[] =>
  countNote('requests whose context_length_planned or cached_tokens_expected no longer holds and is left out', removed);
