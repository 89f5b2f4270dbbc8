import { expect, it } from 'vitest';
import { escapeMarkup, Markup, markup } from './markup.js';

it('escapes what is inserted, and keeps markup', () => {
  const hostile = `<script>alert("1 & '2'")</script>`;
  expect(markup`<p title="${hostile}">${hostile}</p>`.text).toBe(
    '<p title="&lt;script&gt;alert(&quot;1 &amp; &#39;2&#39;&quot;)&lt;/script&gt;">&lt;script&gt;alert(&quot;1 &amp; &#39;2&#39;&quot;)&lt;/script&gt;</p>',
  );
  expect(markup`${new Markup('<b>')}${[markup`<i>`, 'a<b', 3]}${null}${undefined}${false}`.text).toBe('<b><i>a&lt;b3');
});

it('leaves nothing in that XML does not allow', () => {
  expect(escapeMarkup('a\u0000b\u001b[1mc\ud800d\tü😀')).toBe('a\ufffdb\ufffd[1mc\ufffdd\tü😀');
});
