import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createChatTemplate } from './chat-template.js';

const LINES = "{% for message in messages %}{{ message.role + ': ' + message.content + '\\n' }}{% endfor %}";
const user = (content: unknown) => ({ role: 'user', content });

describe('createChatTemplate', () => {
  it('renders messages, with the header of the answer unless told otherwise', () => {
    const text = `{{ bos_token }}${LINES}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}`;
    const template = createChatTemplate(text, { specialTokens: { bos_token: '<s>' } });
    expect(template.text).toBe(text);
    expect(template.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    const messages = [user('Hi'), { role: 'assistant', content: 'Ho' }];
    expect(template.render(messages)).toBe('<s>user: Hi\nassistant: Ho\nassistant: ');
    expect(template.render(messages, { addGenerationPrompt: false })).toBe('<s>user: Hi\nassistant: Ho\n');
  });

  it('joins text parts by newlines, and leaves other content to the template', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(createChatTemplate(LINES).render([user(parts)])).toBe('user: a\nb\n');
    const counting = createChatTemplate('{{ messages[0].content | length }}');
    expect(counting.render([user([...parts, { type: 'image_url', image_url: { url: 'x' } }])])).toBe('3');
  });

  it('has what templates find defined on a server', () => {
    const source =
      "{{ messages | length }} {{ 'none' if tools is none }} {{ 'defined' if documents is defined }} {{ range(2, 8, 3) | list }} {{ strftime_now('%Y') }} {{ {'ä': [1, true, None]} | tojson }} {{ think }}";
    expect(createChatTemplate(source, { variables: { think: 'yes' } }).render([user('x')])).toBe(
      '1 none defined [2, 5] 2024 {"ä": [1, true, null]} yes',
    );
  });

  it('renders the same again: one rendering leaves nothing behind for the next', () => {
    const template = createChatTemplate('{% set messages = messages[1:] %}{{ messages | length }}');
    expect(template.render([user('a'), user('b')])).toBe('1');
    expect(template.render([user('a'), user('b')])).toBe('1');
  });

  it('tells messages without a field from those with one', () => {
    const kept = "{{ messages | selectattr('tool_calls', 'undefined') | map(attribute='role') | join(',') }}";
    const left = "{{ messages | rejectattr('tool_calls', 'undefined') | map(attribute='role') | join(',') }}";
    const messages = [user('a'), { role: 'assistant', content: null, tool_calls: [] }];
    expect(createChatTemplate(kept).render(messages)).toBe('user');
    expect(createChatTemplate(left).render(messages)).toBe('assistant');
  });

  it('leaves loops early, as long as nothing was printed', () => {
    const source =
      "{% for message in messages %}{% if message.role == 'x' %}{% set y = 1 %}{% continue %}{% endif %}{{ message.role }}{% endfor %}";
    expect(createChatTemplate(source).render([{ role: 'x', content: '' }, user('')])).toBe('user');
    for (const lossy of [
      'a{% break %}',
      '{{ 1 }}{% if true %}{% continue %}{% endif %}',
      '{% if x %}b{% endif %}{% break %}',
    ]) {
      expect(() => createChatTemplate(`{% for message in messages %}${lossy}{% endfor %}`)).toThrow(
        expect.objectContaining({ code: 'tokenizer', message: expect.stringContaining('break or continue') }),
      );
    }
  });

  it.each([
    ['{% for message in messages %}', /chat template cannot be parsed/],
    ['{{ messages | }}', /chat template cannot be parsed/],
    ['<html>Please log in</html>', /is no chat template: it does not use the messages/],
    ['', /is no chat template/],
  ])('names the file of a source that is none: %j', (source, message) => {
    expect(() => createChatTemplate(source, { file: 'models/x/chat_template.jinja' })).toThrow(
      expect.objectContaining({
        code: 'tokenizer',
        location: { file: 'models/x/chat_template.jinja' },
        message: expect.stringMatching(message),
        hint: expect.stringContaining('Jinja'),
      }),
    );
  });

  it.each([
    ["{{ raise_exception('only users') }}{{ messages }}", /refuses the messages: only users/, /server/],
    ['{{ messages[0].content.missing() }}', /cannot render the messages/, /fields it reads/],
    ['{{ messages | no_such_filter }}', /cannot render the messages/, /fields it reads/],
    ["{{ messages }}{{ strftime_now('%Q') }}", /directive %Q/, /fields it reads/],
    ['{{ messages }}{{ range(1000000000) }}', /range\(\) of 1000000000/, /fields it reads/],
  ])('says what fails in %j', (source, message, hint) => {
    const template = createChatTemplate(source, { file: 'x.jinja' });
    expect(() => template.render([user('x')])).toThrow(
      expect.objectContaining({
        code: 'tokenizer',
        location: { file: 'x.jinja' },
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    );
  });
});
