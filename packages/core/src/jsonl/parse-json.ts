/** A JSON string, or one of the bare words that Python's `json.dumps` writes and JSON does not have. */
const STRING_OR_BARE_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * `JSON.parse` that also reads what Python's `json` module writes for numbers that JSON lacks: `NaN`, `Infinity` and
 * `-Infinity` become `null` (not known). Inside strings they stay as they are.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!text.includes('NaN') && !text.includes('Infinity')) throw error;
    return JSON.parse(text.replace(STRING_OR_BARE_WORD, (match) => (match.startsWith('"') ? match : 'null')));
  }
};
