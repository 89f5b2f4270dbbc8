const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What XML does not allow in any form; one of them would make a whole SVG file unreadable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it is about
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Text as the content or an attribute value of HTML or XML; characters that XML does not know become U+FFFD. */
export const escapeMarkup = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(NOT_XML, '\ufffd')
    .replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

/** HTML that is safe to put into a page as it is: everything from outside in it is escaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Insert = string | number | Markup | false | null | undefined | readonly Insert[];

const insert = (value: Insert): string => {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'string') return escapeMarkup(value);
  if (typeof value === 'number') return String(value);
  return value.map(insert).join('');
};

/** Template tag: what is inserted is escaped, unless it is `Markup` itself. */
export const markup = (parts: TemplateStringsArray, ...values: Insert[]): Markup =>
  new Markup(parts.reduce((text, part, index) => text + insert(values[index - 1]) + part));
