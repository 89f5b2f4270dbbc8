import { describe, expect, it } from 'vitest';
import { listKeys } from './list-keys.js';
import { shownPages } from './shown-pages.js';

describe('pages of a config', () => {
  it('are shown without what may be a secret', () => {
    expect(shownPages(['http://user:word@x/metrics?token=secret', 'auto'])).toEqual(['http://…@x/metrics?…', 'auto']);
    expect(shownPages('http://x/metrics?a=b')).toBe('http://x/metrics?…');
    expect([shownPages(null), shownPages([5])]).toEqual([null, [5]]);
  });

  it('are listed so too', () => {
    for (const pages of ['http://x/metrics?token=secret', ['http://user:secret@x/metrics?token=secret']]) {
      const listed = listKeys({ server_metrics: pages });
      expect(listed).toMatch(/server_metrics=\[?"http:\/\/(…@)?x\/metrics\?…"/);
      expect(listed).not.toContain('secret');
    }
  });
});
