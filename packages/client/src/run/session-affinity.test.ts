import { describe, expect, it } from 'vitest';
import { SessionAffinity } from './session-affinity.js';

const HEADERS = { 'content-type': 'application/json' };

const sentBy = (affinity: SessionAffinity, session: string | null): string | undefined =>
  affinity.headersOf({ session_id: session }, HEADERS)['x-session-id'];

describe('SessionAffinity', () => {
  it('sends what the session was last answered, and keeps it through answers without one', () => {
    const affinity = new SessionAffinity(() => 4);
    expect(sentBy(affinity, 's')).toBeUndefined();
    affinity.ended('s', { 'x-session-id': 'a' });
    expect(sentBy(affinity, 's')).toBe('a');
    affinity.ended('s', {});
    expect(sentBy(affinity, 's')).toBe('a');
    affinity.ended('s', { 'x-session-id': ['b', 'c'] });
    expect(sentBy(affinity, 's')).toBe('b');
    expect([sentBy(affinity, 'other'), sentBy(affinity, null)]).toEqual([undefined, undefined]);
  });

  it('forgets a session with its last request, sent or not', () => {
    const affinity = new SessionAffinity(() => 3);
    affinity.ended('s', { 'x-session-id': 'a' });
    affinity.ended('s', null);
    expect(sentBy(affinity, 's')).toBe('a');
    affinity.ended('s', null);
    expect(sentBy(affinity, 's')).toBeUndefined();
  });

  it('keeps a session whose length is not known', () => {
    const affinity = new SessionAffinity(() => undefined);
    affinity.ended('s', null);
    affinity.ended('s', { 'x-session-id': 'a' });
    affinity.ended('s', null);
    expect(sentBy(affinity, 's')).toBe('a');
  });

  it('leaves the headers of other requests as they are, and a header of one’s own in its place', () => {
    const affinity = new SessionAffinity(() => 2);
    affinity.ended('s', { 'x-session-id': 'a' });
    expect(affinity.headersOf({}, HEADERS)).toBe(HEADERS);
    expect(affinity.headersOf({ session_id: 's' }, { 'x-session-id': 'mine' })).toEqual({ 'x-session-id': 'mine' });
  });
});
