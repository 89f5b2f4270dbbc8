import type { RequestResult } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { nonFinitePaths } from '../test/non-finite-paths.js';
import { analyse } from './analyse.js';

describe('analyse, on results of the Python tool', () => {
  const RESULTS: RequestResult[] = [
    {
      request_id: 0,
      status: 'success',
      input: [{ role: 'user', content: 'Hello' }],
      output: 'Hi',
      prompt_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      latency: 2,
      throughput: 2.5,
      start_time: 500,
      end_time: 502,
      ttft: 0.5,
      tpot: 0.3,
      target_pod: null,
      session_id: null,
    },
    {
      request_id: 1,
      status: 'success',
      prompt_tokens: 20,
      output_tokens: 5,
      total_tokens: 25,
      latency: 1,
      throughput: 5,
      start_time: 501,
      end_time: 502,
      ttft: null,
      tpot: null,
    },
    {
      request_id: 2,
      status: 'error',
      error_type: 'APITimeoutError',
      error_message: 'Request timed out.',
      error_traceback: 'Traceback …',
      prompt_tokens: null,
      latency: 3,
      start_time: 501,
      end_time: 504,
    },
  ];

  it('measures what they hold, and gives null for the schedule', async () => {
    const report = await analyse(RESULTS, { goodputTargets: 'tpot:0.5' });
    expect(report.window).toEqual({ start_time: 500, end_time: 502, duration_s: 2, starts_at: 'sent' });
    expect(report.rates).toMatchObject({ offered_per_s: null, requests_per_s: 1, output_tokens_per_s: 5 });
    expect(report.distributions.ttft_s).toMatchObject({ count: 1, p50: 0.5 });
    expect(report.distributions.client_lag_s.count).toBe(0);
    expect(report.distributions.ttft_scheduled_s.count).toBe(0);
    expect(report.counts.errors).toMatchObject([{ type: 'APITimeoutError', first_message: 'Request timed out.' }]);
    expect(report.goodput).toMatchObject({ good: 1 });
    expect(report.notes).toEqual([
      'TPOT of 1 of 2 requests is as recorded: the results have no time of the last token to check it by.',
    ]);
    expect(nonFinitePaths(report)).toEqual([]);
  });

  it.each(['ttft_scheduled:1', 'e2e_scheduled:1'])(
    'leaves goodput out for %s, which needs a schedule',
    async (spec) => {
      const report = await analyse(RESULTS, { goodputTargets: spec });
      expect(report.goodput).toBeNull();
      expect(report.notes.join()).toContain(
        `its target on ${spec.split(':')[0]} is on something that no request measured`,
      );
    },
  );

  it.each(['ttft:1', 'tpot:0.5'])('keeps the report where %s was not measured', async (spec) => {
    const report = await analyse([{ ...(RESULTS[1] as RequestResult), output_tokens: null, tpot: null }], {
      goodputTargets: spec,
    });
    expect(report).toMatchObject({ goodput: null, counts: { succeeded: 1 } });
    expect(report.notes.join()).toContain('Goodput is left out');
  });
});
