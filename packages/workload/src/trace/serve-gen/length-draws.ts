import type { Random } from '@aibrix/core/random';
import type { ClientLengths, WindowLengths } from './client-lengths.js';
import { jointShares } from './joint-shares.js';

/** The lengths of a request. */
interface DrawnLengths {
  inputTokens: number;
  outputTokens: number;
}

/** Draws lengths of one client's requests, which come in order of time. */
export interface LengthDraws {
  /** @returns null where the client has no distribution up to that time */
  at(seconds: number): Promise<DrawnLengths | null> | DrawnLengths | null;
  /** Names of what else its file gave. */
  readonly otherFields: ReadonlySet<string>;
}

/** Holds one distribution at a time. A stretch that the file leaves empty is drawn as the one before it. */
export const lengthDraws = (
  lengths: ClientLengths,
  { correlation, random }: { correlation: number; random: Random },
): LengthDraws => {
  const draw = jointShares({ correlation, random });
  const otherFields = new Set<string>();
  let stretch: number | undefined;
  let current: WindowLengths | null = null;

  const drawn = (): DrawnLengths | null => {
    if (!current) return null;
    const { input, output } = draw();
    return { inputTokens: current.input.quantile(input), outputTokens: current.output.quantile(output) };
  };
  const enter = async (wanted: number): Promise<DrawnLengths | null> => {
    stretch = wanted;
    let found: WindowLengths | null = null;
    for (let index = wanted; index >= 0 && !found; index--) found = await lengths.read(index);
    for (const name of found?.otherFields ?? []) otherFields.add(name);
    current = found;
    return drawn();
  };
  return {
    otherFields,
    at(seconds) {
      const wanted = lengths.stretchAt(seconds);
      return wanted === undefined || wanted === stretch ? drawn() : enter(wanted);
    },
  };
};
