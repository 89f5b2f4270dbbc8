/** So many times a stream may show a new form; one that changes with every event is not worth the trouble. */
const MAX_LESSONS = 8;
/** A form that served this often has paid for its lesson. */
const MATCHES_A_LESSON = 16;

const STAND_IN = 'stand-in';

/** What JSON may not hold as it is, and what begins an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_PLAIN = /[\\\u0000-\u001f]/;

const unread = (data: string): unknown => {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
};

/**
 * Knows the events of a stream that say the same as an earlier one in all but their text, without parsing them: an event of
 * a token is some 200 characters of which five are new, and parsing the rest again is half of what a client spends.
 *
 * A form is two pieces of JSON around a text. It is taken only when the JSON with another text put in reads as exactly that
 * text; so what matches it, with a plain text between, would parse to the same object with that text.
 */
export class RepeatedEvent {
  /** Text of the last match. */
  text = '';
  #before = '';
  #after = '';
  #lessons = MAX_LESSONS;
  #matches = 0;

  /**
   * Learns the form of an event that was parsed.
   *
   * @param data its data, as it came
   * @param text the text it carried
   * @param readText reads the text of parsed data; undefined where there is more than a text
   */
  learn(data: string, text: string, readText: (value: unknown) => string | undefined): void {
    if (this.#lessons === 0) return;
    this.#lessons--;
    this.#matches = 0;
    if (text === STAND_IN || NOT_PLAIN.test(text)) return;
    const slot = `"${text}"`;
    const at = data.lastIndexOf(slot);
    if (at === -1) return;
    const before = data.slice(0, at + 1);
    const after = data.slice(at + slot.length - 1);
    if (readText(unread(before + STAND_IN + after)) !== STAND_IN) return;
    this.#before = `data: ${before}`;
    this.#after = `${after}\n\n`;
  }

  /** Where the event that begins at `from` ends, when it has the form that was learned; else -1. */
  match(stream: string, from: number): number {
    const before = this.#before;
    const start = from + before.length;
    // Slices are compared three times as fast as `startsWith` does it.
    if (before === '' || stream.slice(from, start) !== before) return -1;
    const textEnd = stream.indexOf('"', start);
    const end = textEnd + this.#after.length;
    // An event without text is no token, and a case of its own.
    if (textEnd <= start || stream.slice(textEnd, end) !== this.#after) return -1;
    const text = stream.slice(start, textEnd);
    if (NOT_PLAIN.test(text)) return -1;
    this.text = text;
    if (++this.#matches === MATCHES_A_LESSON && this.#lessons < MAX_LESSONS) this.#lessons++;
    return end;
  }
}
