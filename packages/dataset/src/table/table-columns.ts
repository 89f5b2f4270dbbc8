import { BenchmarkError, closestMatch, type InputLocation } from '@aibrix/core/errors';

/** Which column holds what. In JSONL a name may be a path, such as `body.text` or `messages.0.content`. */
export interface TableColumns {
  prompt: string;
  /** A recorded answer; an empty one is none. */
  completion?: string | undefined;
  /** What rows of one conversation have in common. */
  session?: string | undefined;
  /** A system message that comes before the first prompt. */
  system?: string | undefined;
  /** Tokens of the prompt. */
  promptTokens?: string | undefined;
  /** Tokens of the answer, recorded or to ask for. */
  completionTokens?: string | undefined;
}

export type TableRole = keyof TableColumns;

export const TABLE_ROLES: readonly TableRole[] = [
  'prompt',
  'completion',
  'session',
  'system',
  'promptTokens',
  'completionTokens',
];

/**
 * Names by which columns are found where none are given, the first that is there. Lengths are not among them: whose
 * tokens they count, a name does not say.
 */
const USUAL_NAMES: Readonly<Record<'prompt' | 'completion' | 'session' | 'system', readonly string[]>> = {
  prompt: ['prompt', 'question', 'instruction', 'input', 'query', 'text'],
  completion: ['completion', 'answer', 'response', 'output', 'reply'],
  session: ['session_id', 'session', 'conversation_id', 'thread_id', 'dialog_id', 'dialogue_id'],
  system: ['system', 'system_prompt', 'system_message'],
};

/** The columns in force as they are written on the command line: `prompt=question, completion=answer`. */
export const describeColumns = (columns: TableColumns): string =>
  TABLE_ROLES.flatMap((role) => (columns[role] === undefined ? [] : [`${role}=${columns[role]}`])).join(', ');

/** Names of columns in use, each once. */
export const columnNames = (columns: TableColumns): string[] => [
  ...new Set(TABLE_ROLES.flatMap((role) => columns[role] ?? [])),
];

const foundHint = (names: readonly string[]): string => {
  const isOneColumn = names.length === 1 && /[;\t,]/.test(names[0] ?? '');
  const found = names.map((name) => name || '(without a name)').join(', ');
  return `Found: ${found}.${isOneColumn ? ' Is there another delimiter between the columns?' : ''}`;
};

/** @throws BenchmarkError `input` when no column is called as prompts usually are */
export const findColumns = (names: readonly string[], location: InputLocation): TableColumns => {
  const byLowerCase = new Map(names.toReversed().map((name) => [name.toLowerCase(), name]));
  const find = (role: keyof typeof USUAL_NAMES): string | undefined => {
    const usual = USUAL_NAMES[role].find((name) => byLowerCase.has(name));
    return usual === undefined ? undefined : byLowerCase.get(usual);
  };
  const prompt = find('prompt');
  if (prompt === undefined) {
    throw new BenchmarkError('input', 'no column is called as a prompt usually is', {
      location,
      hint: `Say which one it is: columns, or --columns prompt=NAME. ${foundHint(names)}`,
    });
  }
  const [completion, session, system] = [find('completion'), find('session'), find('system')];
  return {
    prompt,
    ...(completion !== undefined && { completion }),
    ...(session !== undefined && { session }),
    ...(system !== undefined && { system }),
  };
};

/** The error for columns that were asked for and are not there. */
export const missingColumns = (
  missing: readonly string[],
  names: readonly string[],
  location: InputLocation,
): BenchmarkError => {
  const problems = missing.map((column) => {
    const meant = closestMatch(column, names);
    return `there is no column "${column}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`;
  });
  return new BenchmarkError('input', problems.join('; '), { location, hint: foundHint(names) });
};
