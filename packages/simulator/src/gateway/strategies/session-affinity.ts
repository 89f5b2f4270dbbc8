import { hash } from 'node:crypto';
import type { Strategy } from '../strategy.js';

/** Longer keys are dropped, as AIBrix's gateway does. */
const MAX_KEY_BYTES = 256;

/** The header `x-session-id` for an address. */
export const sessionIdOf = (address: string): string => Buffer.from(address).toString('base64');

/**
 * The pod that `x-session-id` names; else the one that `x-aibrix-session-key` falls to, by the highest hash of key and
 * address (rendezvous hashing: a pod that goes takes only its own sessions along); else any. As AIBrix's, with another
 * hash function: the same key goes to another pod than there.
 */
export const sessionAffinity: Strategy = ({ pods, request }) => {
  const { sessionId, sessionKey } = request;
  const address = sessionId === undefined ? undefined : Buffer.from(sessionId, 'base64').toString('utf8');
  const named = pods.findIndex((pod) => pod.address === address);
  if (named >= 0) return pods.map((_, index) => (index === named ? 1 : 0));
  if (!sessionKey || Buffer.byteLength(sessionKey) > MAX_KEY_BYTES) return pods.map(() => 0);
  const hashes = pods.map((pod) => hash('sha256', `${sessionKey}\u0000${pod.address}`, 'hex'));
  const highest = hashes.toSorted().at(-1);
  return hashes.map((own) => (own === highest ? 1 : 0));
};
