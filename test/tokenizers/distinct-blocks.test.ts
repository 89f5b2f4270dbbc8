import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { describe, expect, it } from 'vitest';
import { MODELS, modelFolder } from './models.js';

const NAMES = 200_000;

describe.each(MODELS)('blocks in %s', (model) => {
  it('differ within their first two tokens', async () => {
    const tokenizer = await loadTokenizer(modelFolder(model));
    const source = createPromptSource(tokenizer, { seed: 3 });
    expect(source.distinctBlockNumbers).toBeGreaterThan(NAMES);
    const beginnings = new Set<string>();
    for (let name = 0; name < NAMES; name++) {
      const ids = tokenizer.encode(source.block(`${name}`, 2, { position: 'start' }));
      if (ids.length !== 2) expect.fail(`block ${name} begins with ${ids.length} tokens`);
      beginnings.add(ids.join());
    }
    expect(beginnings.size).toBe(NAMES);
  }, 60_000);
});
