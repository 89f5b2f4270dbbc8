import { describe, expect, it } from 'vitest';
import { engineProfile } from '../engine/engine-profile.js';
import { resolveOptions } from './simulator-options.js';

describe('options', () => {
  it('have defaults that serve any model, without delay, on this machine only', () => {
    expect(resolveOptions({})).toMatchObject({
      port: 8888,
      host: '127.0.0.1',
      models: undefined,
      profile: engineProfile('instant'),
      seed: 0,
      tokenizer: 'o200k_base',
      apiKey: undefined,
      truthLog: undefined,
      replicas: 1,
      routingStrategy: undefined,
      rpm: undefined,
      tpm: undefined,
      loras: [],
      faults: { faults: [], timed: [] },
    });
  });

  it('override single figures of a profile', () => {
    const { profile } = resolveOptions({ profile: 'a100-llama-8b', maxNumSeqs: 8, stepTimeCv: 0 });
    expect(profile).toEqual({ ...engineProfile('a100-llama-8b'), maxNumSeqs: 8, stepTimeCv: 0 });
  });

  it('take a profile of your own', () => {
    const profile = { ...engineProfile('instant'), name: 'mine', maxModelLen: 100 };
    expect(resolveOptions({ profile }).profile).toEqual(profile);
  });
});

describe('wrong options', () => {
  it('are told of all at once', () => {
    expect(() => resolveOptions({ port: 70_000, models: [], apiKey: '', maxNumSeqs: 0, maxBodyBytes: 0.5 })).toThrow(
      expect.objectContaining({
        code: 'usage',
        message:
          'the simulator cannot start: maxNumSeqs must be a whole number of at least 1 (found 0); ' +
          'port must be a whole number from 0 to 65535 (found 70000); models must be names, at least one; ' +
          'apiKey must not be empty; maxBodyBytes must be a whole number of at least 1 (found 0.5)',
      }),
    );
  });

  it('of the gateway are told of with the others', () => {
    const wrong = { replicas: 2, rpm: 0, tpm: 1.5, routingStrategy: 'randon', loras: ['a'], faults: 'down:1s:3@t=1s' };
    expect(() => resolveOptions(wrong)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message:
          'the simulator cannot start: rpm must be a whole number of at least 1 (found 0); tpm must be a whole number of at least 1 (found 1.5); ' +
          'unknown routing strategy "randon": did you mean "random"?; ' +
          'loras stand beside a base model: name it in models; "down:1s:3@t=1s": pods are numbered from 0 to 1',
      }),
    );
    expect(() => resolveOptions({ replicas: 0 })).toThrow(/replicas must be a whole number from 1 to 1000 \(found 0\)/);
    expect(() => resolveOptions({ models: ['a'], loras: ['a'] })).toThrow(/each of its own/);
    expect(() => resolveOptions({ faults: 'rest' })).toThrow(/did you mean "reset"/);
  });

  it('suggest the profile that was meant', () => {
    expect(() => resolveOptions({ profile: 'instnat' })).toThrow(
      expect.objectContaining({ hint: 'Did you mean "instant"?' }),
    );
  });
});
