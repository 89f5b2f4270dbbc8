import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FAULTS, type FaultRow } from '../packages/client/test/faults/fault-table.js';

const PAGE = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));

const TABLE = /(?<head>\| fault [^\n]*\n\| -[^\n]*\n)(?<rows>(?:\|[^\n]*\n)*)/;

const code = (value: string | null): string => (value === null ? '–' : `\`${value}\``);

const cellsOf = (name: string, row: FaultRow, file: string): string[] => [
  name,
  row.status === 'success' ? 'success' : code(row.error_type),
  row.error_code.map(code).join(' or '),
  row.clocks.map((clock) => clock.replace('_time', '').replace('_', ' ')).join(', '),
  `\`${file}\``,
];

const documented = (text: string): string[][] =>
  (TABLE.exec(text)?.groups?.rows ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));

it('the table of faults in docs/reliability.md is what the tests expect', async () => {
  const rows = Object.entries(FAULTS).flatMap(([file, faults]) =>
    Object.entries(faults).map(([name, row]) => cellsOf(name, row, file)),
  );
  const text = await readFile(PAGE, 'utf8');
  if (process.env.UPDATE_DOCS) {
    const lines = rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
    // A function, because a dollar in a replacement text means something.
    await writeFile(
      PAGE,
      text.replace(TABLE, (_, head: string) => head + lines),
    );
  }
  expect(documented(await readFile(PAGE, 'utf8'))).toEqual(rows);
});
