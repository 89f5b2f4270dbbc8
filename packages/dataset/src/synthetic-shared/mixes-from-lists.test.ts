import { BenchmarkError } from '@aibrix/core/errors';
import { describe, expect, test } from 'vitest';
import { type SharedMixLists, sharedMixesFromLists, sharedMixListsSchema } from './mixes-from-lists.js';
import { syntheticSharedOptionsSchema } from './options.js';

const published: SharedMixLists = {
  promptLength: '3997,5868,2617',
  promptStd: '17,28,1338',
  sharedProp: '0.95,0.97,0.03',
  sharedPropStd: '0.00001,0.00001,0.00001',
  numSamples: '12,8,79',
  numPrefix: '1,1,1',
  numDatasetConfigs: 3,
};

describe('sharedMixesFromLists', () => {
  test('reads the comma lists of the Python config, which are our defaults', () => {
    expect(sharedMixesFromLists(published)).toEqual(syntheticSharedOptionsSchema.parse({}).mixes);
  });

  test('reads single numbers and arrays', () => {
    const mixes = sharedMixesFromLists({
      promptLength: 100,
      promptStd: [5],
      sharedProp: '0.5',
      sharedPropStd: 0,
      numSamples: 10,
      numPrefix: 2,
    });
    expect(mixes).toEqual([
      {
        promptTokensMean: 100,
        promptTokensStd: 5,
        sharedProportion: 0.5,
        sharedProportionStd: 0,
        samplesPerPrefix: 10,
        prefixes: 2,
      },
    ]);
  });

  test('names every problem with the list and item it stands in', () => {
    const result = sharedMixListsSchema.safeParse({
      ...published,
      promptStd: '17,28',
      sharedProp: '0.95,1.97,0.03',
      numSamples: '12,8.5,0',
    });
    expect(result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'promptStd: has 2 items, and there are 3 mixes',
      'sharedProp: item 2 must lie between 0 and 1',
      'numSamples: item 2 must be a whole number',
      'numSamples: item 3 must be at least 1',
    ]);
  });

  test('names items that are no numbers', () => {
    const read = () => sharedMixesFromLists({ ...published, promptLength: '3997,x,', numDatasetConfigs: 2 });
    expect(read).toThrow(BenchmarkError);
    expect(read).toThrow(/promptLength: item 2 is not a number/);
    expect(read).toThrow('synthetic_shared: promptLength: has 3 items, and there are 2 mixes');
  });

  test('refuses lists that are not as many as the mixes', () => {
    expect(() => sharedMixesFromLists({ ...published, numDatasetConfigs: 2 })).toThrow(
      'promptLength: has 3 items, and there are 2 mixes',
    );
  });
});
