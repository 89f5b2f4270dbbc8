import { describe, expect, it } from 'vitest';
import { CLOSING_SENTENCES, LEAD_TEMPLATES, SENTENCE_TEMPLATES, SLOTS } from './phrase-bank.js';
import { WORD_BANK } from './word-bank.js';

const slots: Record<string, readonly string[]> = { ...SLOTS, ...WORD_BANK };

describe('the phrase bank', () => {
  it('has sentences that begin with a capital and end as sentences do', () => {
    for (const sentence of [...LEAD_TEMPLATES, ...SENTENCE_TEMPLATES, ...CLOSING_SENTENCES]) {
      expect(sentence).toMatch(/^[A-Z].*[.?!]$/);
      expect(sentence).not.toMatch(/\s\s/);
    }
  });

  it('has slots only where a word begins, and values for all of them', () => {
    for (const template of [...LEAD_TEMPLATES, ...SENTENCE_TEMPLATES]) {
      const used = [...template.matchAll(/(.)\{(\w+)\}/g)];
      expect(used).toHaveLength(template.split('{').length - 1);
      for (const [, before, slot] of used) {
        expect(before).toBe(' ');
        expect(slots[slot as string]?.length).toBeGreaterThan(20);
      }
    }
  });

  it('has values that begin and end in a letter', () => {
    for (const value of Object.values(SLOTS).flat()) expect(value).toMatch(/^[a-z].*[a-z]$/);
  });

  it('repeats nothing', () => {
    for (const list of [LEAD_TEMPLATES, SENTENCE_TEMPLATES, CLOSING_SENTENCES, ...Object.values(SLOTS)]) {
      expect(new Set(list).size).toBe(list.length);
    }
  });
});
