/** Said of entries that were read from a file whose manifest states it, since tools do not tokenise. */
export const NO_CACHE_NOTE: string =
  'what a prefix cache would find is not stated: aibrix workload inspect --verify counts it';
