/** How many requests have a name, such as that of a model. Snake case: it stands in files. */
export interface NameCount {
  name: string;
  requests: number;
}

/** The most frequent names first, at most `limit`; of equal ones the one that came first. */
export const mostFrequentNames = (counts: ReadonlyMap<string, number>, limit: number): NameCount[] =>
  Array.from(counts, ([name, requests]) => ({ name, requests }))
    .sort((a, b) => b.requests - a.requests)
    .slice(0, limit);
