import { describe, expect, it } from 'vitest';
import { FAULT_FORMS } from './fault.js';
import { parseFaults } from './parse-faults.js';

describe('a specification', () => {
  it('has faults with arguments in any order, and rates', () => {
    expect(parseFaults('reset@0.01, stall:3:5s@1e-3,429:2m,garbage:10kB,delay:1.5s').faults).toEqual([
      { kind: 'reset', text: 'reset', rate: 0.01, tokens: null, durationMs: 0, bytes: 0 },
      { kind: 'stall', text: 'stall:3:5s', rate: 0.001, tokens: 3, durationMs: 5_000, bytes: 0 },
      { kind: '429', text: '429:2m', rate: 1, tokens: null, durationMs: 120_000, bytes: 0 },
      { kind: 'garbage', text: 'garbage:10kB', rate: 1, tokens: null, durationMs: 0, bytes: 10_000 },
      { kind: 'delay', text: 'delay:1.5s', rate: 1, tokens: null, durationMs: 1_500, bytes: 0 },
    ]);
  });

  it('has faults of the whole server, with their time', () => {
    expect(parseFaults('pause:5s@t=20s,down:500ms:3@t=1m').timed).toEqual([
      { kind: 'pause', text: 'pause:5s@t=20s', startMs: 20_000, durationMs: 5_000, pod: 0 },
      { kind: 'down', text: 'down:500ms:3@t=1m', startMs: 60_000, durationMs: 500, pod: 3 },
    ]);
  });

  it('may name every fault there is with nothing but what it needs', () => {
    for (const [kind, { required = [] }] of Object.entries(FAULT_FORMS)) {
      const text = [kind, ...required.map(() => '1s')].join(':');
      expect(parseFaults(text).faults).toMatchObject([{ kind, rate: 1 }]);
    }
  });
});

describe('a wrong one', () => {
  it.each([
    ['rest@0.1', 'unknown fault "rest": did you mean "reset"?'],
    ['pauze:5s@t=1s', 'did you mean "pause"?'],
    ['', 'unknown fault "": there are 429, 500, 503, refuse,'],
    ['constructor', 'unknown fault "constructor"'],
    ['reset@2', '"reset@2": after @ stands the share of requests, above 0 and at most 1 (found "2")'],
    ['reset@0', 'above 0'],
    ['reset@', 'above 0'],
    ['reset@0.1@0.2', 'more than one @'],
    ['reset@t=5s', 'after @ stands the share of requests'],
    ['reset:5s', 'reset takes tokens (3), not "5s"'],
    ['reset:1:2', 'reset takes tokens (3), not "2"'],
    ['reset:-1', 'not "-1"'],
    ['split:3', 'split takes nothing, not "3"'],
    ['stall', 'stall needs a duration, such as stall:5s'],
    ['stall:5', 'stall needs a duration'],
    ['stall:1000000m', 'not "1000000m"'],
    ['garbage:1TB', 'garbage takes size (100MB), not "1TB"'],
    ['pause:5s', 'pause is written as pause:5s@t=20s'],
    ['pause:5s@0.5', 'pause is written as'],
    ['pause:0s@t=1s', 'pause is written as'],
    ['down:5s@t=1s', 'down is written as down:10s:1@t=20s'],
    ['pause:5s@t=1s,pause:1s@t=5s', '"pause:5s@t=1s" and "pause:1s@t=5s" overlap'],
  ])('%s says what is wrong with it', (text, message) => {
    expect(() => parseFaults(text)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
    );
  });

  it('is told of all at once', () => {
    expect(() => parseFaults('rest,stall,split')).toThrow(/rest.*; .*stall needs/);
  });
});
