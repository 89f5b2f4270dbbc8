import { hash } from 'node:crypto';

const HASH_BYTES = 6;
const FIRST_CAPACITY = 1024;

/** A set of ids that keeps 48 bits of a hash of each, in 16 to 32 bytes: two of a million ids meet once in 500 such sets. */
export interface KeySet {
  /** @returns whether it was not there before */
  add(key: string): boolean;
  has(key: string): boolean;
  readonly size: number;
}

/** Starts empty. */
export const createKeySet = (): KeySet => {
  /** 0 is a free place. */
  let places = new Float64Array(FIRST_CAPACITY);
  let size = 0;
  const hashOf = (key: string): number => hash('sha256', key, 'buffer').readUIntBE(0, HASH_BYTES) + 1;
  /** Where a value is, or would be. */
  const placeOf = (value: number): number => {
    let place = value % places.length;
    while (places[place] !== 0 && places[place] !== value) place = (place + 1) % places.length;
    return place;
  };
  const grow = (): void => {
    const before = places;
    places = new Float64Array(before.length * 2);
    for (const value of before) if (value !== 0) places[placeOf(value)] = value;
  };
  return {
    add(key) {
      const value = hashOf(key);
      const place = placeOf(value);
      if (places[place] === value) return false;
      places[place] = value;
      size++;
      if (size * 2 > places.length) grow();
      return true;
    },
    has(key) {
      const value = hashOf(key);
      return places[placeOf(value)] === value;
    },
    get size() {
      return size;
    },
  };
};
