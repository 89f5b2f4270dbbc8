import type { Random } from '@aibrix/core/random';
import type { PodState } from './pod.js';

/** What strategies know of a request. */
export interface RoutedRequest {
  /** The header `user`. */
  user: string | undefined;
  /** The header `x-session-id`: base64 of the address that an answer before named. */
  sessionId: string | undefined;
  /** The header `x-aibrix-session-key`: a name of the session that the caller chose. */
  sessionKey: string | undefined;
}

/** All that a choice depends on. */
export interface RoutingView {
  request: RoutedRequest;
  /** Those that are up, at least one, in the order of their numbers. */
  pods: readonly PodState[];
  /** Draws; seeded by the simulator's seed. */
  random: Random;
  /** Requests that round-robin had before this one. */
  turn: number;
  /** For each pod the share of the prompt, from 0 to 1, whose leading blocks were sent there before. */
  prefixMatches: () => readonly number[];
  /** Weighted tokens that the user was given in the last minutes. */
  userTokens: () => number;
}

/** A way to choose a pod: one score for each of `view.pods`, of which the highest wins and equals are drawn by lot. */
export type Strategy = (view: RoutingView) => number[];
