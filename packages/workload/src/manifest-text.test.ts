import type { Manifest } from '@aibrix/schema';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { manifestText } from './manifest-text.js';

it('says the same as JSON, whatever is in it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const manifest = { options: { value, list: [1, -2.5, 1e21] } } as unknown as Manifest;
      expect(JSON.parse(manifestText(manifest))).toEqual(JSON.parse(JSON.stringify(manifest)));
    }),
    { seed: 1, numRuns: 300 },
  );
});

it('puts numbers on one line and leaves texts alone', () => {
  const manifest = {
    options: { rates: [1, 2.5, -3e-7], text: 'a [\n 1,\n 2\n ]', mixed: [1, 'a'] },
  } as unknown as Manifest;
  expect(manifestText(manifest)).toContain('"rates": [1, 2.5, -3e-7],');
  expect(JSON.parse(manifestText(manifest))).toEqual(manifest);
});
