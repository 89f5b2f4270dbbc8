import { expect, it } from 'vitest';
import { resolveCustomProperties } from './custom-properties.js';

const STYLE =
  '<style>svg { --blue: #010203; --own: red } @media (prefers-color-scheme: dark) { svg { --blue: #fff; } g { --own: blue } }</style>';

it('takes the light colours of the file itself', () => {
  expect(
    resolveCustomProperties(`${STYLE}<a fill="var(--blue)" style="stroke: var( --own ); fill:var(--blue)"/>`),
  ).toBe(`${STYLE}<a fill="#010203" style="stroke: red; fill:#010203"/>`);
});

it('takes the colours of the report where the file has none, then fallbacks', () => {
  expect(resolveCustomProperties('<a fill="var(--teal)" stroke="var(--x, #123456)" color="var(--y)"/>')).toBe(
    '<a fill="#0b7468" stroke="#123456" color="currentColor"/>',
  );
});

it('leaves text as it is', () => {
  const svg = '<text fill="none">a=&quot;var(--blue)&quot; var(--blue)</text>';
  expect(resolveCustomProperties(svg)).toBe(svg);
});
