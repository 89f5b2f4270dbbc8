const SPACE = 0x20;
const TAB = 0x09;
const RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const isBlank = (unit: number): boolean => unit === SPACE || unit === TAB || unit === RETURN;

/** First place from `at` that is no blank; `end` where there is none. */
export const skipBlanks = (text: string, at: number, end: number): number => {
  let place = at;
  while (place < end && isBlank(text.charCodeAt(place))) place++;
  return place;
};

/** First blank or brace from `at`; `end` where there is none. */
export const endOfWord = (text: string, at: number, end: number): number => {
  let place = at;
  for (; place < end; place++) {
    const unit = text.charCodeAt(place);
    if (isBlank(unit) || unit === OPEN) break;
  }
  return place;
};

/** Place behind the closing brace of the labels that open at `at`; -1 where they do not close. Braces in quotes count as text. */
export const endOfLabels = (text: string, at: number, end: number): number => {
  let isQuoted = false;
  for (let place = at + 1; place < end; place++) {
    const unit = text.charCodeAt(place);
    if (unit === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted && unit === BACKSLASH) place++;
    else if (!isQuoted && unit === CLOSE) return place + 1;
  }
  return -1;
};

const LEGACY_NAME = /^[A-Za-z_:][\w:]*$/;
/** One label, or the quoted name of the metric; then a comma, or the end. */
const LABEL = /\s*(?:([A-Za-z_][\w.:-]*|"(?:[^"\\]|\\.)*")\s*=\s*)?"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/** `\n`, `\"` and `\\` are escapes; a backslash before anything else is one. */
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\(.)/g, (whole, escaped: string) => ESCAPES[escaped] ?? whole) : text;

/** What a series is called. */
export interface SeriesName {
  name: string;
  labels: Record<string, string>;
}

/**
 * The name and the labels of a series, from its text up to the value: `name`, `name{label="value"}`, or, as newer endpoints
 * write names with characters outside `[a-zA-Z0-9_:]`, `{"na.me",label="value"}`.
 *
 * @returns null where the text is none of them
 */
export const parseSeries = (text: string): SeriesName | null => {
  const open = text.indexOf('{');
  let name: string | null = (open === -1 ? text : text.slice(0, open)).trim() || null;
  if (name !== null && !LEGACY_NAME.test(name)) return null;
  const labels: Record<string, string> = {};
  const inner = open === -1 ? '' : text.slice(open + 1, -1).trimEnd();
  for (LABEL.lastIndex = 0; LABEL.lastIndex < inner.length; ) {
    const match = LABEL.exec(inner);
    if (!match) return null;
    const [, label, value = ''] = match;
    if (label !== undefined) labels[label.startsWith('"') ? unescaped(label.slice(1, -1)) : label] = unescaped(value);
    else if (name === null) name = unescaped(value);
    else return null;
  }
  return name === null ? null : { name, labels };
};

const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

/** A number as the format has it; undefined where the word is none. */
export const parseValue = (word: string): number | undefined => {
  const value = Number(word);
  if (!Number.isNaN(value) && word !== '' && Number.isFinite(value)) return value;
  return SPECIAL[word.toLowerCase()];
};
