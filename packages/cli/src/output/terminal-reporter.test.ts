import { PassThrough } from 'node:stream';
import { createVirtualClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import type { PanelLine } from './panel.js';
import { type TerminalReporterOptions, terminalReporter } from './terminal-reporter.js';

/** The rows of a screen after everything that was written to it: the few sequences that a live status needs. */
const screenOf = (written: string, columns: number): string[] => {
  const rows = [''];
  let row = 0;
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal acts on
  for (const [token] of written.matchAll(/\u001b\[(\d*)([A-Za-z])|\r|\n|[^\u001b\r\n]/g)) {
    if (token === '\r') column = 0;
    else if (token === '\n') [row, column] = [row + 1, 0];
    else if (token.endsWith('A') && token.length > 1) row -= Number(token.slice(2, -1));
    else if (token === '\u001b[J') rows.splice(row, rows.length, (rows[row] ?? '').slice(0, column));
    else if (token.length > 1) continue;
    else {
      if (column === columns) [row, column] = [row + 1, 0];
      rows[row] = (rows[row] ?? '').padEnd(column).slice(0, column) + token + (rows[row] ?? '').slice(column + 1);
      column++;
    }
    while (rows.length <= row) rows.push('');
  }
  return rows;
};

const open = (terminal: { columns?: number; rows?: number } | null, options: Partial<TerminalReporterOptions> = {}) => {
  let written = '';
  const stream = new PassThrough().on('data', (bytes: Buffer) => {
    written += bytes;
  });
  const shown = Object.assign(stream, terminal && { isTTY: true, columns: 60, rows: 24, ...terminal });
  const clock = createVirtualClock({ startMs: 0 });
  const reporter = terminalReporter({
    stream: shown as unknown as NodeJS.WriteStream,
    clock,
    isQuiet: false,
    ...options,
  });
  return { reporter, clock, shown, written: () => written, screen: () => screenOf(written, shown.columns ?? 80) };
};

const panelOf =
  (...texts: string[]) =>
  (): PanelLine[] =>
    texts.map((text) => [{ text }]);

describe('on a terminal', () => {
  it('draws a panel over the one before, however many lines that had', () => {
    const { reporter, screen } = open({});
    reporter.line('before');
    reporter.status('line', panelOf('one', 'two', 'three'));
    expect(screen()).toEqual(['before', 'one', 'two', 'three']);
    reporter.status('line', panelOf('four', 'five'));
    expect(screen()).toEqual(['before', 'four', 'five']);
    reporter.status('line', panelOf('1', '2', '3', '4'));
    expect(screen()).toEqual(['before', '1', '2', '3', '4']);
  });

  it('puts a line that stays above the panel, which comes again below it', () => {
    const { reporter, screen } = open({});
    reporter.status('line', panelOf('one', 'two'));
    reporter.warn('look');
    reporter.status('line', panelOf('three', 'four'));
    expect(screen()).toEqual(['warning look', 'three', 'four']);
    reporter.clearStatus();
    reporter.line('done');
    expect(screen()).toEqual(['warning look', 'done', '']);
  });

  it('shows the line in place of a panel that has no room, cut to the width', () => {
    const { reporter, screen } = open({ rows: 3, columns: 30 });
    reporter.status('a line that is longer than the terminal is wide', panelOf('one', 'two', 'three'));
    expect(screen()).toEqual(['a line that is longer than th']);
    reporter.status('short', panelOf('one', 'two', 'three'));
    expect(screen()).toEqual(['short']);
  });

  it('takes away what a terminal that was made narrower has broken into rows', () => {
    const { reporter, shown, written } = open({ columns: 60 });
    reporter.status('', panelOf('x'.repeat(50), 'two'));
    shown.columns = 30;
    const before = written().length;
    reporter.clearStatus();
    expect(written().slice(before)).toBe('\r\u001b[2A\u001b[J');
  });

  it('that is dumb gets plain lines, now and then', async () => {
    const { reporter, written } = open({}, { terminal: 'dumb' });
    reporter.status('one', panelOf('panel'));
    reporter.status('two', panelOf('panel'));
    expect(written()).toBe('one\n');
  });
});

describe('on a pipe', () => {
  it('writes a plain status every five seconds', async () => {
    const { reporter, clock, written } = open(null);
    for (let second = 0; second <= 11; second++) {
      clock.at(second * 1000, () => reporter.status(`at ${second}`, panelOf('panel')));
    }
    await clock.run();
    reporter.clearStatus();
    expect(written()).toBe('at 0\nat 5\nat 10\n');
  });
});

describe('quiet', () => {
  it('shows no status and no notes, but warnings and what a program asked for', () => {
    const { reporter, written } = open({}, { isQuiet: true });
    reporter.line('note');
    reporter.status('status', panelOf('panel'));
    expect([written(), reporter.showsStatus]).toEqual(['', false]);
    reporter.warn('look');
    reporter.json({ phase: 'running' });
    expect(written()).toContain('look\n{"phase":"running"}\n');
  });
});
