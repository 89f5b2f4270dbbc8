import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { type SharedMix, type SharedMixSettings, sharedMixSchema } from './options.js';

/** One number a mix: a comma list (`"3997,5868,2617"`), a single number, or an array. */
export type NumberList = string | number | readonly number[];

/** Mixes as the Python tool's config and flags write them: a list for each figure, with an item for each mix. */
export interface SharedMixLists {
  /** `prompt_length`: mean tokens of a prompt. */
  promptLength: NumberList;
  /** `prompt_std`. */
  promptStd: NumberList;
  /** `shared_prop`: share of a prompt's tokens that is the prefix, from 0 to 1. */
  sharedProp: NumberList;
  /** `shared_prop_std`. */
  sharedPropStd: NumberList;
  /** `num_samples`: prompts that share each prefix. */
  numSamples: NumberList;
  /** `num_prefix`: prefixes of the mix. */
  numPrefix: NumberList;
  /** `num_dataset_configs`: how many items each list must have. Default: as many as `promptLength` has. */
  numDatasetConfigs?: number | undefined;
}

type ListKey = Exclude<keyof SharedMixLists, 'numDatasetConfigs'>;

const optionOfList: Record<ListKey, keyof SharedMix> = {
  promptLength: 'promptTokensMean',
  promptStd: 'promptTokensStd',
  sharedProp: 'sharedProportion',
  sharedPropStd: 'sharedProportionStd',
  numSamples: 'samplesPerPrefix',
  numPrefix: 'prefixes',
};
const listKeys = Object.keys(optionOfList) as ListKey[];

/** The items of a list; one that is no number is NaN here, and reported with the other problems of its list. */
const numberList: z.ZodType<number[], NumberList> = z
  .union([z.string(), z.number(), z.array(z.number())], 'must be a number or a comma list of numbers')
  .transform((list) => {
    if (typeof list === 'number') return [list];
    if (typeof list !== 'string') return list;
    return list.split(',').map((item) => (item.trim() === '' ? Number.NaN : Number(item)));
  });

/** Turns lists into mixes, and reports every problem at the list it stands in. */
export const sharedMixListsSchema: z.ZodType<SharedMixSettings[], SharedMixLists> = z
  .strictObject({
    promptLength: numberList,
    promptStd: numberList,
    sharedProp: numberList,
    sharedPropStd: numberList,
    numSamples: numberList,
    numPrefix: numberList,
    numDatasetConfigs: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
  })
  .transform((lists, context) => {
    const count = lists.numDatasetConfigs ?? lists.promptLength.length;
    for (const key of listKeys) {
      const { length } = lists[key];
      if (length === count) continue;
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `has ${length} ${length === 1 ? 'item' : 'items'}, and there are ${count} mixes`,
      });
    }
    return Array.from({ length: count }, (_, index) => {
      const present = listKeys.filter((key) => index < lists[key].length);
      const mix = Object.fromEntries(present.map((key) => [optionOfList[key], lists[key][index]]));
      const result = sharedMixSchema.safeParse(mix);
      for (const issue of result.error?.issues ?? []) {
        const key = listKeys.find((candidate) => optionOfList[candidate] === issue.path[0]);
        // What is missing was reported as a wrong length.
        if (!key || !present.includes(key)) continue;
        const message = Number.isNaN(lists[key][index]) ? 'is not a number' : issue.message;
        context.addIssue({ code: 'custom', path: [key], message: `item ${index + 1} ${message}` });
      }
      return result.data ?? z.NEVER;
    });
  });

/**
 * Mixes for `syntheticShared` from lists as the Python tool writes them.
 *
 * @throws BenchmarkError `usage` that names every problem: lists of unequal lengths, items that are no numbers or out of range
 */
export const sharedMixesFromLists = (lists: SharedMixLists): SharedMixSettings[] =>
  parseOptions(sharedMixListsSchema, lists, 'synthetic_shared');
