const NEWLINE = 0x0a;
const OPEN_BRACKET = 0x5b;
const PREFIX = Buffer.from('{"messages":');
const SUFFIX = Buffer.from('}');

/**
 * The same bytes, with `[…]` on the first line as `{"messages":[…]}`. A file of one array a line would else be taken for
 * one array; numbers of lines stay as they are.
 *
 * @param chunks the first character that is no space is `[`
 */
export const firstLineAsRecord = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let place: 'before' | 'inside' | 'behind' = 'before';
  for await (const chunk of chunks) {
    let rest = chunk;
    if (place === 'before') {
      const start = rest.indexOf(OPEN_BRACKET);
      if (start !== -1) {
        yield rest.subarray(0, start);
        yield PREFIX;
        rest = rest.subarray(start);
        place = 'inside';
      }
    }
    if (place === 'inside') {
      const end = rest.indexOf(NEWLINE);
      if (end !== -1) {
        yield rest.subarray(0, end);
        yield SUFFIX;
        rest = rest.subarray(end);
        place = 'behind';
      }
    }
    yield rest;
  }
  if (place === 'inside') yield SUFFIX;
};
