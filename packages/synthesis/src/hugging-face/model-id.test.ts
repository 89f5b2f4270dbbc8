import { describe, expect, it } from 'vitest';
import { formatModelId, parseModelId } from './model-id.js';

describe('parseModelId', () => {
  it('reads an id with and without a revision', () => {
    expect(parseModelId('deepseek-ai/deepseek-llm-7b-chat')).toEqual({
      organization: 'deepseek-ai',
      model: 'deepseek-llm-7b-chat',
      revision: 'main',
    });
    expect(parseModelId('Qwen/Qwen2.5-Coder-7B-Instruct@v1.0')).toMatchObject({ revision: 'v1.0' });
  });

  it.each(['gpt2', 'a/b/c', '../x', 'x/..', 'a/b@', 'a/b@../c', './a', 'a b/c', ''])('takes %j for no id', (text) => {
    expect(parseModelId(text)).toBeUndefined();
  });
});

describe('formatModelId', () => {
  it('leaves out the main branch', () => {
    expect(formatModelId({ organization: 'a', model: 'b', revision: 'main' })).toBe('a/b');
    expect(formatModelId({ organization: 'a', model: 'b', revision: 'c0ffee' })).toBe('a/b@c0ffee');
  });
});
