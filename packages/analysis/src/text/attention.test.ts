import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { simulatedResults, simulatedRunRecord } from '../../test/simulated-run.js';
import { analyse } from '../analyse.js';
import { renderHtml } from '../html/render-html.js';
import { renderMarkdown } from '../markdown/render-markdown.js';
import { attentionOf } from './attention.js';

const failing = (count: number): RequestResult[] =>
  Array.from({ length: count }, (_, index) => ({
    request_id: index,
    status: 'error',
    error_type: 'http_4xx',
    error_message: 'HTTP 404: no such model',
    scheduled_time: 1000 + index,
    start_time: 1000 + index,
    end_time: 1000.1 + index,
  }));

describe('attentionOf', () => {
  it('is silent where all went well, or nearly so', async () => {
    expect(attentionOf(await analyse(simulatedResults({ requests: 300, failures: 0 })))).toBeNull();
    expect(attentionOf(await analyse([...simulatedResults({ requests: 300, failures: 0 }), ...failing(2)]))).toBeNull();
  });

  it('says that a server refused everything, however valid the client', async () => {
    const results = failing(77);
    const report = await analyse(results, { run: simulatedRunRecord(results) });
    const attention =
      '77 of 77\u00a0requests failed, most as http_4xx (HTTP 404: no such model). No request succeeded.';
    expect(attentionOf(report)).toBe(attention);
    expect(await renderHtml(report)).toContain(attention);
    expect(renderMarkdown(report)).toContain('**Attention.** 77 of 77 requests failed, most as http\\_4xx');
  });

  it('tells a partial run from a failed one', async () => {
    const unsent: RequestResult[] = Array.from({ length: 100 }, (_, index) => ({
      request_id: 300 + index,
      status: 'error',
      error_type: 'cancelled',
      start_time: null,
    }));
    const results = [...simulatedResults({ requests: 300, failures: 0 }), ...unsent];
    const report = await analyse(results, { run: { ...simulatedRunRecord(results), ended_early: 'interrupted' } });
    expect(report.counts).toMatchObject({ offered: 400, succeeded: 300, failed: 0, unsent: 100 });
    expect(attentionOf(report)).toBe('Partial run: it was interrupted. 100 of 400\u00a0requests were never sent.');
  });
});
