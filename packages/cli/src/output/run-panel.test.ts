import type { RunProgress } from '@aibrix/client';
import { describe, expect, it } from 'vitest';
import type { PanelLine } from './panel.js';
import { runPanel } from './run-panel.js';
import { runStatus } from './run-status.js';

const empty = { bounds: [], cumulative: [], count: 0, sum: 0 };

const PROGRESS: RunProgress = {
  phase: 'running',
  elapsedSeconds: 62.4,
  plannedSeconds: 120,
  secondsLeft: 57.6,
  offered: 12_000,
  due: 6240,
  sent: 6238,
  succeeded: 6100,
  failed: 14,
  inFlight: 124,
  queued: 2,
  outputTokens: 190_000,
  errors: { http_5xx: 2, timeout: 12 },
  connections: { open: 140, idle: 16 },
  recent: {
    offeredPerSecond: 100.25,
    sentPerSecond: 99.9,
    completedPerSecond: 98.7,
    outputTokensPerSecond: 3141.6,
    ttftSeconds: { count: 900, p50: 0.1042, p90: 0.18, p99: 0.2504 },
    tpotSeconds: { count: 900, p50: 0.0113, p90: 0.0121, p99: 0.0198 },
    latencySeconds: { count: 900, p50: 1.23, p90: 1.5, p99: 2.75 },
    clientLagSeconds: { count: 900, p50: 0.00004, p90: 0.0003, p99: 0.0011 },
  },
  histograms: { ttftSeconds: empty, tpotSeconds: empty, latencySeconds: empty, clientLagSeconds: empty },
};

const BEGINNING: RunProgress = {
  ...PROGRESS,
  plannedSeconds: null,
  secondsLeft: null,
  elapsedSeconds: 0.2,
  offered: null,
  due: 1,
  succeeded: 0,
  failed: 0,
  queued: 0,
  errors: {},
  connections: null,
  recent: {
    offeredPerSecond: null,
    sentPerSecond: null,
    completedPerSecond: null,
    outputTokensPerSecond: null,
    ttftSeconds: null,
    tpotSeconds: null,
    latencySeconds: null,
    clientLagSeconds: null,
  },
};

const textOf = (lines: readonly PanelLine[]): string =>
  lines.map((line) => line.map(({ text }) => text).join('')).join('\n');

describe('runPanel', () => {
  it('shows rates, requests, failures by class, and quantiles of the last seconds', () => {
    expect(`\n${textOf(runPanel(PROGRESS, { columns: 100 }))}\n`).toBe(`
client      1:02/2:00, 0:58 left
requests    6,240/12,000 due   124 open   6,100 done   2 waiting for a place
per second  100 offered   99.9 sent   98.7 done   3,142 output tokens
failed      12 timeout   2 http_5xx
connections 140 open   16 idle
last 10 s          p50       p90       p99
TTFT            104 ms    180 ms    250 ms
TPOT           11.3 ms   12.1 ms   19.8 ms
latency         1.23 s     1.5 s    2.75 s
client lag     0.04 ms    0.3 ms    1.1 ms
`);
  });

  it('leaves fields out where a terminal is narrow, and cuts no number', () => {
    expect(`\n${textOf(runPanel(PROGRESS, { columns: 40 }))}\n`).toBe(`
client      1:02/2:00, 0:58 left
requests    6,240/12,000 due   124 open
per second  100 offered   99.9 sent
failed      12 timeout   2 http_5xx
connections 140 open   16 idle
last 10 s          p50       p99
TTFT            104 ms    250 ms
TPOT           11.3 ms   19.8 ms
latency         1.23 s    2.75 s
client lag     0.04 ms    1.1 ms
`);
  });

  it.each([20, 33, 55, 79, 200])('is never wider than %i columns', (columns) => {
    for (const line of textOf(runPanel(PROGRESS, { columns })).split('\n')) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('says what is not known yet as such', () => {
    expect(`\n${textOf(runPanel(BEGINNING, { columns: 80 }))}\n`).toBe(`
client      0:00
requests    1 due   124 open   0 done
per second  – offered   – sent   – done   – output tokens
failed      none
connections –
last 10 s          p50       p90       p99
TTFT                 –         –         –
TPOT                 –         –         –
latency              –         –         –
client lag           –         –         –
`);
  });

  it('says when all is sent and answers are waited for', () => {
    const [first] = runPanel({ ...PROGRESS, phase: 'draining', elapsedSeconds: 121, secondsLeft: 0 }, { columns: 80 });
    expect(textOf([first ?? []])).toBe('client      2:01/2:00, waiting for answers');
  });

  it('shows failures in red', () => {
    const spans = runPanel(PROGRESS, { columns: 80 })[3]?.filter(({ style }) => style === 'red');
    expect(spans?.map(({ text }) => text)).toEqual(['12 timeout', '2 http_5xx']);
  });
});

describe('runStatus', () => {
  it('is a run in one line', () => {
    expect(runStatus(PROGRESS)).toBe(
      'client    1:02/2:00 · 6,240/12,000 due · 124 open · 2 queued · 14 failed (http_5xx 2, timeout 12) · TTFT p50 104 ms · lag p99 1.1 ms · 6,100 done · 98.7/s',
    );
    expect(runStatus(BEGINNING)).toBe(
      'client    0:00 · 1 due · 124 open · 0 failed · TTFT p50 – · lag p99 – · 0 done · –/s',
    );
  });
});
