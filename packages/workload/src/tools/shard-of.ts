import { hash } from 'node:crypto';

/** 48 bits: more than enough to be even, and a number holds them. */
const HASH_BYTES = 6;

/**
 * The shard that a session or a request belongs to: the first 48 bits of SHA-256 of its id as text (UTF-8), as a
 * big-endian whole number, modulo the number of shards.
 */
export const shardOf = (key: string, shards: number): number =>
  hash('sha256', key, 'buffer').readUIntBE(0, HASH_BYTES) % shards;
