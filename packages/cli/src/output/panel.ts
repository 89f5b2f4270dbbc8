import { styleText } from 'node:util';

/** A piece of a line, in one style. */
export interface Span {
  text: string;
  style?: 'dim' | 'red' | 'bold' | undefined;
}

/** A line of a panel. */
export type PanelLine = readonly Span[];

/** What a panel is drawn in. */
export interface PanelSize {
  columns: number;
}

/** The text alone, as far as a terminal of this width shows it. */
export const cutLine = (line: PanelLine, columns: number): PanelLine => {
  let left = columns;
  return line.flatMap((span) => {
    const text = span.text.slice(0, Math.max(0, left));
    left -= text.length;
    return text === '' ? [] : [{ ...span, text }];
  });
};

/** A label and as many fields as the width has room for: a number that is cut off says something else. */
export const fieldLine = (label: Span, fields: readonly Span[], columns: number): PanelLine => {
  const line: Span[] = [label];
  let length = label.text.length;
  for (const field of fields) {
    const gap = line.length === 1 ? '' : '   ';
    length += gap.length + field.text.length;
    if (length > columns) break;
    line.push({ text: gap }, field);
  }
  return line;
};

/** With colours where the stream is a terminal that wants them (`NO_COLOR`, `FORCE_COLOR`). */
export const paintLine = (line: PanelLine, stream: NodeJS.WritableStream): string =>
  line.map(({ text, style }) => (style ? styleText(style, text, { stream }) : text)).join('');
