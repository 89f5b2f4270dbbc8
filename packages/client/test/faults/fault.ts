import type { RequestResult } from '@aibrix/schema';
import { afterAll, expect, it } from 'vitest';
import { FAULTS, type FaultRow } from './fault-table.js';

const CLOCKS = ['start_time', 'first_token_time', 'last_token_time', 'end_time'] as const;

const expectRow = (result: RequestResult, row: FaultRow): void => {
  expect({
    status: result.status,
    error_type: result.error_type,
    clocks: CLOCKS.filter((clock) => result[clock] != null),
  }).toEqual({ status: row.status, error_type: row.error_type, clocks: row.clocks });
  expect(row.error_code).toContain(result.error_code);
  if (row.status === 'error') {
    // Figures of whole answers would not be comparable.
    expect(result).toMatchObject({ output_tokens: null, total_tokens: null, tpot: null, throughput: null });
  }
};

export type FaultTest = (
  name: string,
  test: () => Promise<RequestResult[]>,
  options?: { timeout?: number; skip?: boolean },
) => void;

/**
 * Declares the tests of a file of the table: each gives the results that the row of its name tells of. A row without a
 * test fails the file.
 */
export const faultsOf = (file: string): FaultTest => {
  const rows = FAULTS[file] ?? {};
  const untested = new Set(Object.keys(rows));
  afterAll(() => expect([...untested]).toEqual([]));
  return (name, test, options = {}) => {
    untested.delete(name);
    it(name, options, async () => {
      const results = await test();
      expect(results).not.toEqual([]);
      for (const result of results) expectRow(result, rows[name] as FaultRow);
    });
  };
};
