/** Control characters, but for line breaks and tabs; some of them would take the terminal over. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const MAX_LINE_CHARACTERS = 1000;

/** Text from outside as a terminal may show it: no control characters, no line without end. */
export const printable = (text: string): string =>
  text
    .replace(CONTROL, '\ufffd')
    .split('\n')
    .map((line) => (line.length > MAX_LINE_CHARACTERS ? `${line.slice(0, MAX_LINE_CHARACTERS)}…` : line))
    .join('\n');
