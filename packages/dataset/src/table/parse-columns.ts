import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { TABLE_ROLES, type TableColumns, type TableRole } from './table-columns.js';

const camelCase = (text: string): string =>
  text.replaceAll(/[-_]([a-z])/gi, (_, letter: string) => letter.toUpperCase());

const isRole = (text: string): text is TableRole => (TABLE_ROLES as readonly string[]).includes(text);

const unknownRole = (role: string): string => {
  const meant = closestMatch(role, TABLE_ROLES);
  return `"${role}" is none of ${TABLE_ROLES.join(', ')}${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
};

/**
 * Columns as a command line names them: `prompt=question,completion=answer`. What a column holds may also be written with
 * dashes or underscores (`prompt-tokens`). A column whose name holds a comma cannot be written so.
 *
 * @throws BenchmarkError `usage` that names every problem
 */
export const parseColumns = (text: string): TableColumns => {
  const columns: Partial<TableColumns> = {};
  const problems: string[] = [];
  for (const item of text.split(',')) {
    const equals = item.indexOf('=');
    const role = camelCase(item.slice(0, equals).trim());
    const column = item.slice(equals + 1).trim();
    if (equals === -1) problems.push(`"${item.trim()}" is no pair such as prompt=question`);
    else if (!isRole(role)) problems.push(unknownRole(role));
    else if (column === '') problems.push(`${role} names no column`);
    else if (columns[role] !== undefined) problems.push(`${role} is there twice`);
    else columns[role] = column;
  }
  const { prompt } = columns;
  if (prompt !== undefined && problems.length === 0) return { ...columns, prompt };
  if (problems.length === 0) problems.push('prompt is missing');
  throw new BenchmarkError('usage', `columns: ${problems.join('; ')}`, {
    hint: 'Write what a column holds and its name: prompt=question,completion=answer.',
  });
};
