/** A count in words, for a manifest; nothing where there is nothing to count. */
export const countNote = (words: string, count: number): string[] => (count === 0 ? [] : [`${words}: ${count}`]);
