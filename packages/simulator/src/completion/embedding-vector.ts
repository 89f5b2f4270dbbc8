import { createRandom, normal } from '@aibrix/core/random';

/**
 * A unit vector that depends on nothing but the seed, the name of the text and the number of dimensions: independent
 * normal coordinates, scaled to length 1, so that texts point everywhere alike. In single precision, as engines have it.
 */
export const embeddingVector = (seed: number | string, name: string, dimensions: number): Float32Array => {
  const draw = normal(createRandom(seed, `embedding/${name}`), 0, 1);
  const values = Float64Array.from({ length: dimensions }, draw);
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return Float32Array.from(values, (value) => value / length);
};

/** As JSON numbers: nine digits tell single-precision numbers apart. */
export const vectorJson = (vector: Float32Array): string =>
  `[${Array.from(vector, (value) => Number(value.toPrecision(9))).join(',')}]`;

/** As base64 of little-endian single-precision numbers. */
export const vectorBase64 = (vector: Float32Array): string => {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString('base64');
};
