import { expect, it } from 'vitest';
import { simulatedResults, simulatedRunRecord } from '../../test/simulated-run.js';
import { analyse } from '../analyse.js';
import { renderMarkdown } from './render-markdown.js';

it('puts the verdict first, then the answer, then the tables', async () => {
  const results = simulatedResults({ requests: 400, failures: 0.05 });
  const report = await analyse(results, { run: simulatedRunRecord(results), goodputTargets: 'ttft:0.2' });
  const text = renderMarkdown(report);
  const places = [
    '**This run is valid.**',
    '| Goodput (TTFT ≤ 200 ms) |',
    '## Latency',
    '| TTFT | ms |',
    '## Errors',
    '## Run',
  ].map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
});

it('keeps text from outside as text, in its cell', async () => {
  const text = renderMarkdown(
    await analyse([
      {
        request_id: 0,
        status: 'error',
        model: '# m',
        error_type: 'a|b',
        error_message: '<script>alert(1)</script>\n| [x](http://y) | `z`',
      },
    ]),
  );
  expect(text).toContain('# \\# m');
  expect(text).toContain('| a\\|b | 1 | 100 % | &lt;script>alert(1)&lt;/script> \\| \\[x\\](http://y) \\| \\`z\\` |');
});

it('has a row of equal width for every table line', async () => {
  const text = renderMarkdown(await analyse(simulatedResults({ requests: 100 })));
  for (const block of text.split('\n\n').filter((part) => part.startsWith('|'))) {
    const widths = new Set(
      block
        .trim()
        .split('\n')
        .map((line) => line.match(/(?<!\\)\|/g)?.length),
    );
    expect(widths.size).toBe(1);
  }
});
