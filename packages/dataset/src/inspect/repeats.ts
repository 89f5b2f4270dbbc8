import { hash } from 'node:crypto';
import { createFingerprintSet } from '@aibrix/synthesis';

/** How many texts there are again. */
export interface RepeatFigures {
  distinct: number;
  /** Those that are equal to one before them. */
  repeated: number;
}

/** Counts texts that came before, without keeping them: 10 to 15 bytes a different one. */
export interface RepeatCounter {
  add(text: string): void;
  figures(): RepeatFigures;
}

/** Texts are told apart by 64 bits of their SHA-256: among n different ones two are taken for one with about n² / 2⁶⁵. */
export const createRepeatCounter = (): RepeatCounter => {
  const seen = createFingerprintSet();
  let texts = 0;
  return {
    add(text) {
      const digest = hash('sha256', text, 'buffer');
      seen.add(digest.readUInt32BE(0), digest.readUInt32BE(4));
      texts++;
    },
    figures: () => ({ distinct: seen.size, repeated: texts - seen.size }),
  };
};
