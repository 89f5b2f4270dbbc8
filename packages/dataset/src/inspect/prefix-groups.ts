import { createLengthHistogram, type LengthDistribution } from '@aibrix/core/lengths';

/** What the prompts of one stated prefix have in common. */
export interface PrefixGroup {
  prefix_group: number;
  prompts: number;
  /** Tokens at their start that all its prompts have in common. */
  common_tokens: number;
  prompt_tokens_mean: number;
}

/** How much the prompts of each stated `prefix_group` share, measured on their tokens. */
export interface PrefixGroupFigures {
  groups: number;
  /** Groups of two prompts or more; what follows is of these alone. */
  groups_compared: number;
  prompts_compared: number;
  /** Common tokens of each group. */
  common_tokens: LengthDistribution;
  /**
   * Mean over prompts of shared tokens / prompt tokens, where shared are the tokens at a prompt's start that it has in
   * common with the prompt of its group that is most like it.
   */
  prefix_proportion: number | null;
  /** Common tokens of a group / mean tokens of its prompts, averaged over groups. */
  prefix_sharing_ratio: number | null;
  /** The first 100 groups, in the order in which they begin. */
  first_groups: PrefixGroup[];
  /** Prompts of groups that began when memory was full; they are left out of all of this. */
  prompts_left_out: number;
}

/** Compares the prompts of stated groups as they come. */
export interface PrefixGroupComparison {
  add(prefixGroup: number, tokenIds: Uint32Array): void;
  /** To be asked once, at the end. Null where no group was stated. */
  result(): PrefixGroupFigures | null;
}

/** A prompt that begins with all of its group's shared text, and may share more with one to come. */
interface Candidate {
  /** What comes after the shared text. */
  tail: Uint32Array;
  promptTokens: number;
}

interface Group {
  prompts: number;
  promptTokens: number;
  commonTokens: number;
  /** The longest beginning that two prompts are known to have in common. */
  shared: Uint32Array;
  /** By the first token of their tails, which differ. */
  candidates: Map<number, Candidate>;
}

const LISTED_GROUPS = 100;
/** Tokens of prompts that are kept to compare others with: 128 MB. */
const MAX_KEPT_TOKENS = 32 * 1024 * 1024;
/** What a prompt takes beside its tokens, in units of a token. */
const OVERHEAD_TOKENS = 64;

const commonLength = (a: Uint32Array, b: Uint32Array): number => {
  const end = Math.min(a.length, b.length);
  let index = 0;
  while (index < end && a[index] === b[index]) index++;
  return index;
};

/**
 * Follows the longest shared text of each group, and keeps of its prompts those that may yet share more. Where the
 * prompts of a group begin with parts of one text, as in `synthetic_shared`, all figures are exact; elsewhere
 * `prefix_proportion` is a lower bound, and so it is when memory is full. `common_tokens` is exact everywhere.
 *
 * @param options.maxKeptTokens memory in units of 4 bytes; groups that begin when it is full are left out
 */
export const comparePrefixGroups = (options: { maxKeptTokens?: number } = {}): PrefixGroupComparison => {
  const groups = new Map<number, Group>();
  let room = options.maxKeptTokens ?? MAX_KEPT_TOKENS;
  let leftOut = 0;
  let proportions = 0;
  let proportionCount = 0;

  const settle = (shared: number, promptTokens: number): void => {
    proportions += promptTokens === 0 ? 0 : shared / promptTokens;
    proportionCount++;
  };
  const settleCandidates = ({ candidates, shared }: Group): void => {
    for (const { tail, promptTokens } of candidates.values()) {
      settle(shared.length, promptTokens);
      room += tail.length + OVERHEAD_TOKENS;
    }
    candidates.clear();
  };
  const hasRoomFor = (tail: Uint32Array): boolean => tail.length + OVERHEAD_TOKENS <= room;
  /** Waits for another prompt that shares more; one that is all shared text, or that there is no room for, is settled. */
  const wait = (group: Group, { tail, promptTokens }: Candidate): void => {
    const [first] = tail;
    if (first === undefined || !hasRoomFor(tail)) {
      settle(group.shared.length, promptTokens);
      return;
    }
    // A copy: the rest of the prompt is not needed any more.
    group.candidates.set(first, { tail: tail.slice(), promptTokens });
    room -= tail.length + OVERHEAD_TOKENS;
  };

  const addToGroup = (group: Group, tokenIds: Uint32Array): void => {
    const { shared, candidates } = group;
    const common = commonLength(shared, tokenIds);
    if (common < shared.length) {
      settle(common, tokenIds.length);
      return;
    }
    const tail = tokenIds.subarray(common);
    const like = candidates.get(tail[0] ?? -1);
    if (!like) {
      wait(group, { tail, promptTokens: tokenIds.length });
      return;
    }
    // These two share more: nobody else who waits does.
    candidates.delete(tail[0] as number);
    room += like.tail.length + OVERHEAD_TOKENS;
    settleCandidates(group);
    const more = commonLength(like.tail, tail);
    group.shared = tokenIds.slice(0, common + more);
    room -= more;
    wait(group, { tail: like.tail.subarray(more), promptTokens: like.promptTokens });
    wait(group, { tail: tail.subarray(more), promptTokens: tokenIds.length });
  };

  const openGroup = (prefixGroup: number, tokenIds: Uint32Array): void => {
    const group: Group = {
      prompts: 1,
      promptTokens: tokenIds.length,
      commonTokens: tokenIds.length,
      shared: new Uint32Array(0),
      candidates: new Map(),
    };
    groups.set(prefixGroup, group);
    wait(group, { tail: tokenIds, promptTokens: tokenIds.length });
  };

  return {
    add(prefixGroup, tokenIds) {
      const group = groups.get(prefixGroup);
      if (!group) {
        if (hasRoomFor(tokenIds)) openGroup(prefixGroup, tokenIds);
        else leftOut++;
        return;
      }
      addToGroup(group, tokenIds);
      // The shared text is that of two prompts, hence at least what all have in common.
      const inCommon = commonLength(group.shared, tokenIds);
      group.commonTokens = Math.min(group.commonTokens, inCommon);
      group.prompts++;
      group.promptTokens += tokenIds.length;
    },
    result() {
      if (groups.size === 0 && leftOut === 0) return null;
      const commonTokens = createLengthHistogram();
      const firstGroups: PrefixGroup[] = [];
      let prompts = 0;
      let ratios = 0;
      for (const [prefixGroup, group] of groups) {
        if (firstGroups.length < LISTED_GROUPS) {
          firstGroups.push({
            prefix_group: prefixGroup,
            prompts: group.prompts,
            common_tokens: group.commonTokens,
            prompt_tokens_mean: group.promptTokens / group.prompts,
          });
        }
        if (group.prompts < 2) continue;
        settleCandidates(group);
        commonTokens.add(group.commonTokens);
        prompts += group.prompts;
        ratios += group.promptTokens === 0 ? 0 : (group.commonTokens * group.prompts) / group.promptTokens;
      }
      return {
        groups: groups.size,
        groups_compared: commonTokens.count,
        prompts_compared: prompts,
        common_tokens: commonTokens.distribution(),
        prefix_proportion: proportionCount === 0 ? null : proportions / proportionCount,
        prefix_sharing_ratio: commonTokens.count === 0 ? null : ratios / commonTokens.count,
        first_groups: firstGroups,
        prompts_left_out: leftOut,
      };
    },
  };
};
