import { colourScheme } from '../charts/colour-scheme.js';

/**
 * The page's style sheet. Contrast of text and of chart lines is at least 4.5:1 and 3:1 in both schemes; paper is
 * always light.
 */
export const PAGE_STYLE: string = `
:root { color-scheme: light dark; }${colourScheme(':root')}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; font-weight: 650; letter-spacing: -0.01em; margin: 3rem 0 0.75rem; }
h3 { font-size: 0.95rem; font-weight: 600; margin: 0; }
p { margin: 0.4rem 0; }
a { color: var(--blue); }
.quiet, caption, figcaption p { color: var(--muted); font-size: 0.875rem; }
.verdict { margin: 1.75rem 0 0; padding: 0.9rem 1.15rem; border-left: 4px solid var(--tone); background: var(--panel); border-radius: 0 6px 6px 0; }
.verdict strong { color: var(--tone); font-size: 1.1rem; font-weight: 650; }
.verdict p { margin: 0.15rem 0 0; }
.valid { --tone: var(--teal); }
.client-bound, .under-delivered { --tone: var(--red); }
.unknown { --tone: var(--amber); }
.attention { --tone: var(--red); margin-top: 0.75rem; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 1.5rem; margin: 2rem 0 0; padding: 0; }
.answers > div { border-top: 1px solid var(--line-strong); padding-top: 0.6rem; }
.answers dt { color: var(--muted); font-size: 0.875rem; }
.answers dd { margin: 0; }
.answers .figure { font-size: 1.75rem; line-height: 1.3; font-weight: 600; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.answers .figure small { font-size: 1rem; font-weight: 400; letter-spacing: 0; color: var(--muted); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.925rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.5rem; caption-side: top; }
th, td { padding: 0.42rem 0.7rem; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: baseline; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-weight: 500; font-size: 0.85rem; border-bottom-color: var(--line-strong); }
tbody th, thead th:first-child, .text { text-align: left; }
tbody th { font-weight: 600; }
tbody th span { display: block; color: var(--muted); font-weight: 400; font-size: 0.8rem; }
td.text { white-space: normal; overflow-wrap: anywhere; min-width: 14rem; }
.thin { color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 2rem 2.5rem; }
figure { margin: 0; min-width: 0; max-width: 38rem; }
figcaption p { flex-basis: 100%; margin: 0; }
figcaption { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; align-items: baseline; justify-content: space-between; margin-bottom: 0.4rem; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0 0.9rem; margin: 0; padding: 0; font-size: 0.8rem; color: var(--muted); }
.legend svg { width: 1.1rem; height: 0.7rem; margin-right: 0.35rem; vertical-align: -0.02rem; }
figure > svg { display: block; width: 100%; height: auto; }
svg text { font-family: inherit; font-variant-numeric: tabular-nums; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.5rem; margin: 0; font-size: 0.925rem; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
ul.notes { margin: 0; padding-left: 1.1rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--muted); font-size: 0.925rem; }
summary:focus-visible { outline: 2px solid var(--blue); outline-offset: 3px; }
details[open] summary { margin-bottom: 0.75rem; }
footer { margin-top: 3.5rem; padding-top: 1rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.85rem; }
footer dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0 0 1rem; }
footer dt { font-weight: 600; }
footer dd { margin: 0; }
@media (max-width: 40rem) {
  main, header, footer { padding-left: 1rem; padding-right: 1rem; }
  header { padding-top: 1.5rem; }
  h1 { font-size: 1.35rem; }
  tbody th { white-space: normal; min-width: 6.5rem; }
  tbody th span { display: none; }
  .answers { grid-template-columns: 1fr 1fr; gap: 1.25rem 1.25rem; }
  .answers .figure { font-size: 1.4rem; }
  .facts, footer dl { grid-template-columns: 1fr; gap: 0; }
  .facts dd, footer dd { margin-bottom: 0.5rem; }
}
@media print {
  html { font-size: 11px; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  h2 { margin-top: 1.5rem; break-after: avoid; }
  figure, tr, .verdict, .answers > div { break-inside: avoid; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1rem 1.5rem; }
  .verdict { background: none; }
  .scroll { overflow: visible; }
}
`;
