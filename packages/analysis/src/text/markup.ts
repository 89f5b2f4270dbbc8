const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as the content or an attribute value of HTML or XML. */
export const escapeMarkup = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

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
