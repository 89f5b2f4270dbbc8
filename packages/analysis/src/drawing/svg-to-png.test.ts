import { readFile } from 'node:fs/promises';
import { BenchmarkError } from '@aibrix/core/errors';
import { describe, expect, it } from 'vitest';
import { svgToPng } from './svg-to-png.js';
import { needsOtherFonts, textFontPaths } from './text-fonts.js';

const svg = (content: string, size = 'width="40" height="30"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${content}</svg>`;

const size = (png: Uint8Array): [number, number] => {
  const view = new DataView(png.buffer, png.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
};

const hex = (png: Uint8Array): string => Buffer.from(png).toString('hex');

const refused = (work: Promise<unknown>): Promise<BenchmarkError> =>
  work.then(
    () => expect.unreachable(),
    (error) => (BenchmarkError.is(error) ? error : expect.unreachable(String(error))),
  );

describe('svgToPng', () => {
  it('has twice the pixels of the SVG unless told otherwise', async () => {
    const png = await svgToPng(svg('<rect width="9" height="9"/>'));
    expect(hex(png)).toMatch(/^89504e470d0a1a0a/);
    expect(size(png)).toEqual([80, 60]);
    expect(size(await svgToPng(svg(''), { scale: 0.5 }))).toEqual([20, 15]);
  });

  it('takes an element of a page as it is: without namespace and size', async () => {
    expect(size(await svgToPng('<svg viewBox="0 0 10 20"><path d="M0 0h5v5Z" fill="var(--blue)"/></svg>'))).toEqual([
      20, 40,
    ]);
  });

  it('shows text, whatever fonts the machine has', async () => {
    const words = (text: string) =>
      svg(`<text y="20" font-family="system-ui, sans-serif" font-size="14px">${text}</text>`);
    const [none, one, other] = await Promise.all(
      ['', 'Größe', 'Grüße'].map(async (text) => hex(await svgToPng(words(text)))),
    );
    expect(one).not.toBe(none);
    expect(one).not.toBe(other);
    const bold = hex(await svgToPng(words('Größe').replace('<text', '<text font-weight="600"')));
    expect(bold).not.toBe(one);
  });

  it('draws custom properties in light colours', async () => {
    const drawn = (fill: string) => svgToPng(svg(`<rect width="40" height="30" fill="${fill}"/>`)).then(hex);
    expect(await drawn('var(--blue)')).toBe(await drawn('#1f5fbf'));
    expect(await drawn('var(--blue)')).not.toBe(await drawn('#000000'));
  });

  it('gives the same bytes for the same SVG', async () => {
    const picture = svg('<text y="20">a1</text><circle cx="9" cy="9" r="4"/>');
    expect(hex(await svgToPng(picture))).toBe(hex(await svgToPng(picture)));
  });

  it.each([0, -1, 9, Number.NaN])('refuses a scale of %d', async (scale) => {
    expect(await refused(svgToPng(svg(''), { scale }))).toMatchObject({ code: 'usage' });
  });

  it('refuses a picture too large for memory, with the scale that would fit', async () => {
    const error = await refused(svgToPng(svg('', 'width="16384" height="10"'), { scale: 4 }));
    expect(error).toMatchObject({ code: 'usage', hint: 'Choose a scale of at most 1.' });
  });

  it.each([
    ['no SVG', 'hello', 'the text to draw has no <svg> element'],
    ['no size', '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'the SVG to draw has no size'],
    ['no end', '<svg viewBox="0 0 1 1"><g>', 'the SVG cannot be drawn'],
  ])('says when there is %s', async (_, text, message) => {
    expect(await refused(svgToPng(text))).toMatchObject({ code: 'input', message });
  });
});

it('looks for other fonts only where its own lacks letters', () => {
  expect(needsOtherFonts('Größe Ω жизнь 12 · – “x” é')).toBe(false);
  expect(['漢字', 'عربي', '😀', 'ไทย'].map(needsOtherFonts)).toEqual([true, true, true, true]);
});

it('brings its fonts', async () => {
  const { regular, semiBold } = textFontPaths();
  for (const path of [regular, semiBold]) expect((await readFile(path)).length).toBeGreaterThan(100_000);
});
