import { describe, expect, it } from 'vitest';
import { TINY_BPE_FILE } from '../../test/tiny-bpe.js';
import { loadTokenizer } from '../tokenizer/load-tokenizer.js';
import { createChatFrame } from './chat-frame.js';
import { createChatTemplate } from './chat-template.js';

const tokenizer = await loadTokenizer(TINY_BPE_FILE);
const user = (content: string) => [{ role: 'user', content }];
const template = (text: string) => createChatTemplate(text, { specialTokens: { bos_token: '<s>' } });

describe('createChatFrame', () => {
  it('measures what stands around a user message', () => {
    const framed = template("{{ '<s><s>' + messages[0].content + '<s>' }}");
    const frame = createChatFrame(tokenizer, framed);
    expect(frame).toMatchObject({
      tokenizer: { name: TINY_BPE_FILE, sha256: tokenizer.sha256 },
      templateSha256: framed.sha256,
      overheadTokens: 3,
      leadingTokens: 2,
      trailingTokens: 1,
      isAdditive: true,
      maxErrorTokens: 0,
    });
    expect(frame.count(user('Explain the database.'))).toBe(tokenizer.count('Explain the database.') + 3);
  });

  it('counts whole conversations', () => {
    const frame = createChatFrame(
      tokenizer,
      template("{{ bos_token }}{% for m in messages %}{{ m.content + '<s>' }}{% endfor %}"),
    );
    const texts = ['Why?', 'Because.', 'Why not?'];
    const messages = texts.map((content, index) => ({ role: index % 2 ? 'assistant' : 'user', content }));
    expect(frame.count(messages)).toBe(1 + texts.reduce((sum, text) => sum + tokenizer.count(text) + 1, 0));
  });

  it('refuses a template that shows the text twice', () => {
    expect(() => createChatFrame(tokenizer, template('{{ messages[0].content }}|{{ messages[0].content }}'))).toThrow(
      expect.objectContaining({ code: 'tokenizer', message: expect.stringContaining('once, as it is') }),
    );
  });

  it('has no leading and trailing tokens where there is no frame', () => {
    expect(createChatFrame(tokenizer, template('{{ messages[0].content }}'))).toMatchObject({
      overheadTokens: 0,
      leadingTokens: 0,
      trailingTokens: 0,
      isAdditive: true,
    });
  });

  it('says when a text runs into what stands around it', () => {
    const frame = createChatFrame(tokenizer, template("{{ '<s>x' + messages[0].content + 's<s>' }}"));
    expect(frame.isAdditive).toBe(false);
    expect(frame.maxErrorTokens).toBeGreaterThan(0);
    expect(frame.leadingTokens + frame.trailingTokens).toBe(frame.overheadTokens);
  });

  it('is the same every time', () => {
    const make = () => createChatFrame(tokenizer, template("{{ 'Q: ' + messages[0].content + '\\nA:' }}"));
    const { count: _, encode: __, ...first } = make();
    expect(make()).toMatchObject(first);
  });

  it.each([
    ['{{ messages[0].content | upper }}', /does not show the text/],
    ['{{ messages | length }}', /does not show the text/],
    ["{{ raise_exception('no') }}{{ messages }}", /refuses the messages/],
  ])('is not made of %j', (text, message) => {
    expect(() => createChatFrame(tokenizer, template(text))).toThrow(
      expect.objectContaining({ code: 'tokenizer', message: expect.stringMatching(message) }),
    );
  });
});
