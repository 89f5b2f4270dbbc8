import { describe, expect, it } from 'vitest';
import { simulatedResults, simulatedRunRecord } from '../../test/simulated-run.js';
import { analyse } from '../analyse.js';
import { DARK_COLOURS, LIGHT_COLOURS } from '../charts/colour-scheme.js';
import { renderMarkdown } from '../markdown/render-markdown.js';
import { renderHtml } from './render-html.js';

const results = simulatedResults({ requests: 2000, failures: 0.02 });
const page = analyse(results, { run: simulatedRunRecord(results), goodputTargets: 'ttft:0.2,tpot:0.05' }).then(
  renderHtml,
);

/** Elements that were opened and not closed, and the other way round. */
const unbalanced = (html: string): string[] => {
  const open: string[] = [];
  for (const [, slash, name = '', rest = ''] of html
    .replace(/<style>.*?<\/style>/s, '')
    .matchAll(/<(\/?)([a-z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (rest.endsWith('/') || ['meta', 'br'].includes(name)) continue;
    if (!slash) open.push(name);
    else if (open.at(-1) === name) open.pop();
    else return [...open, `/${name}`];
  }
  return open;
};

describe('renderHtml', () => {
  it('shows how evenly requests left, and what the client saw in flight', async () => {
    const run = {
      ...simulatedRunRecord(results),
      dispersion: [
        { window_ms: 10, due: 1.02, delivered: 1.03 },
        { window_ms: 1000, due: null, delivered: null },
      ],
      in_flight: { request_seconds: 600, max: 9 },
    };
    const report = await analyse(results, { run });
    expect(report.concurrency.client_gauge).toBeCloseTo(600 / Number(report.window.duration_s), 9);
    const html = await renderHtml(report);
    expect(html).toContain('<tr><th scope="row">10 ms</th><td>1.02</td><td>1.03</td></tr>');
    expect(html).not.toContain('1,000 ms');
    expect(renderMarkdown(report)).toContain('| 10 ms | 1.02 | 1.03 |');
  });

  it('puts verdict, answer, latencies, charts and errors in this order', async () => {
    const html = await page;
    const parts = [
      'This run is valid',
      '>Goodput<',
      '<h2>Latency</h2>',
      '<h2>Latency over time</h2>',
      '<h2>Errors</h2>',
    ];
    const places = parts.map((part) => html.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(html).toContain('a1b2c3d4'.repeat(8));
  });

  it('is one well-formed file that loads nothing', async () => {
    const html = await page;
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|xlink:href/);
    expect(html).toContain("default-src 'none'");
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('draws the charts with title, description and colours of the page, and no two ids alike', async () => {
    const html = await page;
    const charts = html.match(/<svg viewBox="[^"]*" role="img"/g) ?? [];
    expect(charts).toHaveLength(11);
    expect(html.match(/<desc id=/g)).toHaveLength(11);
    const ids = [...html.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html).toContain('stroke="var(--blue)"');
    for (const [, variable] of html.matchAll(/var\((--[a-z-]+)\)/g)) expect(html).toContain(`${variable}:`);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('gives every table a caption and every heading cell a scope', async () => {
    const html = await page;
    expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
    expect(html.match(/<th\b(?![^>]*scope=)/g)).toBeNull();
  });

  it('gives the same page for the same results', async () => {
    const run = simulatedRunRecord(results);
    expect(await renderHtml(await analyse(results, { run, goodputTargets: 'ttft:0.2,tpot:0.05' }))).toBe(await page);
  });

  it('keeps text from outside as text', async () => {
    const hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>';
    const outside = results.map((result) => ({
      ...result,
      model: hostile,
      ...(result.status === 'error' && { error_type: hostile, error_message: hostile, error_code: hostile }),
    }));
    const run = simulatedRunRecord(outside, {
      verdict_reason: hostile,
      options: { [hostile]: hostile, endpoint: hostile },
      warnings: [hostile],
    });
    const html = await renderHtml(await analyse(outside, { run }));
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)');
    expect(unbalanced(html)).toEqual([]);
  });

  it.each([
    { name: 'one request', results: simulatedResults({ requests: 1, failures: 0 }) },
    { name: 'only errors', results: simulatedResults({ requests: 100, failures: 1 }) },
    { name: 'one error that knows no time', results: [{ request_id: 0, status: 'error' as const }] },
    { name: 'no streaming', results: results.map(({ itl, ...result }) => ({ ...result, ttft: null, tpot: null })) },
  ])('has no empty chart and no NaN for $name', async ({ results: little }) => {
    const html = await renderHtml(await analyse(little));
    expect(unbalanced(html)).toEqual([]);
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
    for (const [chart] of html.matchAll(/<svg viewBox="[^"]*" role="img".*?<\/svg>/gs)) {
      expect(chart).toMatch(/<g class="mark-(line|area|rect) role-mark[^>]*><path[^>]* d="M[^"]*[1-9]/);
    }
  });
});

/** WCAG 2 contrast of two colours such as `#1b1f24`. */
const contrast = (a: string, b: string): number => {
  const luminance = (colour: string): number =>
    [1, 3, 5]
      .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
      .reduce((sum, value, index) => sum + value * ([0.2126, 0.7152, 0.0722][index] as number), 0);
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
};

describe('colours', () => {
  it.each(['light', 'dark'])('have a contrast of at least 4.5 on paper and panel in the %s scheme', async (scheme) => {
    const colours = new Map(Object.entries(scheme === 'light' ? LIGHT_COLOURS : DARK_COLOURS));
    for (const [name, value] of colours) expect(await page).toContain(`${name}: ${value};`);
    for (const name of ['--ink', '--muted', '--blue', '--teal', '--amber', '--red', '--violet']) {
      for (const ground of ['--paper', '--panel']) {
        expect(contrast(colours.get(name) ?? '', colours.get(ground) ?? ''), `${name} on ${ground}`).toBeGreaterThan(
          4.5,
        );
      }
    }
  });
});
