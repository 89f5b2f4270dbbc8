import type { Manifest } from '@aibrix/schema';

/** A list of numbers as `JSON.stringify` indents it. No text holds a line break, which is written as `\\n` there. */
const NUMBERS = /\[\n\s+(-?\d[^\]"{}[]*?)\n\s+\]/g;

/** A manifest as it is written: indented, but lists of numbers on one line. */
export const manifestText = (manifest: Manifest): string => {
  const text = JSON.stringify(manifest, undefined, 2);
  return `${text.replace(NUMBERS, (_, numbers: string) => `[${numbers.replace(/,\s+/g, ', ')}]`)}\n`;
};
