import { inflateSync } from 'node:zlib';
import { BenchmarkError } from '@aibrix/core/errors';
import { describe, expect, it } from 'vitest';
import { svgToPdf } from './svg-to-pdf.js';

const svg = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200" width="400" height="200">${content}</svg>`;

const latin = (pdf: Uint8Array): string => Buffer.from(pdf).toString('latin1');

/** All streams of a file, unpacked; fonts among them. */
const streams = (pdf: Uint8Array): string[] =>
  [...latin(pdf).matchAll(/\/FlateDecode\s*>>\s*stream\r?\n(.*?)\r?\nendstream/gs)].map(([, packed = '']) =>
    inflateSync(Buffer.from(packed, 'latin1')).toString('latin1'),
  );

/** What the page draws. */
const page = async (content: string): Promise<string> => {
  const drawn = streams(await svgToPdf(svg(content)));
  return drawn.find((stream) => stream.includes(' cm\n')) ?? '';
};

/** Text of a file in one font, as a reader copies it: glyphs by the font's own table of letters. */
const copiedText = (pdf: Uint8Array): string => {
  const all = streams(pdf);
  const table = all.find((stream) => stream.includes('beginbfrange')) ?? '';
  const letters = [...(/\[(.*?)\]/s.exec(table)?.[1] ?? '').matchAll(/<([0-9a-f]+)>/g)].map(([, code = '']) =>
    String.fromCharCode(...(code.match(/.{4}/g) ?? []).map((unit) => Number.parseInt(unit, 16))),
  );
  const shown = all.flatMap((stream) => [...stream.matchAll(/\[(.*?)\] TJ/g)].map(([, glyphs = '']) => glyphs));
  return shown
    .map((glyphs) =>
      [...glyphs.matchAll(/<([0-9a-f]+)>/g)]
        .flatMap(([, run = '']) => run.match(/.{4}/g) ?? [])
        .map((glyph) => letters[Number.parseInt(glyph, 16)] ?? '?')
        .join(''),
    )
    .join('\n');
};

const refused = (work: Promise<unknown>): Promise<BenchmarkError> =>
  work.then(
    () => expect.unreachable(),
    (error) => (BenchmarkError.is(error) ? error : expect.unreachable(String(error))),
  );

describe('svgToPdf', () => {
  it('is one page of the size of the SVG, 96 pixels an inch', async () => {
    const pdf = latin(await svgToPdf(svg('')));
    expect(pdf).toMatch(/^%PDF-1\./);
    expect(pdf).toMatch(/\/MediaBox \[0 0 300 150\]/);
    expect(pdf.match(/\/Type \/Page\b/g)).toHaveLength(1);
  });

  it('gives the same bytes for the same SVG, and tells no date', async () => {
    const content = '<title>A &amp; B</title><text x="5" y="20">Text</text><rect width="9" height="9" opacity="0.5"/>';
    const [one, two] = [await svgToPdf(svg(content)), await svgToPdf(svg(content))];
    expect(Buffer.compare(one, two)).toBe(0);
    expect(latin(one)).not.toMatch(/Date|D:\d{4}/);
  });

  it('holds text that can be copied, in a font that it brings', async () => {
    const pdf = await svgToPdf(
      svg('<text y="20">Größe 12 µs</text><text y="40">Ωж – é<tspan x="0" dy="16">two</tspan></text>'),
    );
    expect(copiedText(pdf).split('\n')).toEqual(['Größe 12 µs', 'Ωж – é', 'two']);
    expect(latin(pdf)).toContain('/FontFile2');
    expect(latin(pdf)).toMatch(/\+Inter-Regular/);
  });

  it('sets heavy text in the heavy font', async () => {
    const pdf = latin(await svgToPdf(svg('<g font-weight="600"><text y="20">Title</text></g>')));
    expect(pdf).toMatch(/\+Inter-SemiBold/);
    expect(pdf).not.toMatch(/\+Inter-Regular/);
  });

  it('puts text before its place where it is anchored so', async () => {
    const placeOf = async (anchor: string): Promise<number> =>
      Number(
        /1 0 0 1 ([-\d.]+) [-\d.]+ Tm/.exec(
          await page(`<text x="100" y="20" text-anchor="${anchor}">Word</text>`),
        )?.[1],
      );
    const [start, middle, end] = [await placeOf('start'), await placeOf('middle'), await placeOf('end')];
    expect(start).toBe(100);
    expect(start - end).toBeCloseTo(2 * (start - middle), 2);
    expect(start - end).toBeGreaterThan(20);
  });

  it('fills and strokes shapes in light colours', async () => {
    const drawn = await page(
      '<path d="M0,0h9v9Z" fill="var(--blue)"/><line x2="5" y2="5" stroke="#ff0000" stroke-width="3" stroke-dasharray="4,2"/>',
    );
    const blue = [0x1f, 0x5f, 0xbf].map((part) => part / 255);
    const [fill] = [...drawn.matchAll(/([\d.]+) ([\d.]+) ([\d.]+) scn/g)].map((match) => match.slice(1).map(Number));
    for (const [index, part] of blue.entries()) expect(fill?.[index]).toBeCloseTo(part, 4);
    expect(drawn).toContain('1 0 0 SCN');
    expect(drawn).toContain('3 w');
    expect(drawn).toContain('[4 2] 0 d');
  });

  it('gives groups, rectangles and inner SVGs their place', async () => {
    const drawn = await page(
      '<g transform="translate(7,8)" fill="#000"><svg x="10" y="20" width="100" height="50" viewBox="0 0 200 100"><rect x="1" y="2" width="3" height="4"/></svg></g>',
    );
    expect(drawn.match(/[^\n]+ cm/g)?.slice(-3)).toEqual(['1 0 0 1 7 8 cm', '1 0 0 1 10 20 cm', '0.5 0 0 0.5 0 0 cm']);
    expect(drawn).toContain('1 2 3 4 re');
  });

  it('leaves out what is not shown', async () => {
    const drawn = await page(
      '<g display="none"><rect width="5" height="6"/></g><path d=""/><rect width="0" height="7" fill="none"/>',
    );
    expect(drawn).not.toMatch(/5 6 re|\nf\n|\nS\n/);
  });

  it.each([
    ['<image href="x.png"/>', '<image>'],
    ['<g clip-path="url(#a)"/>', 'clipped, masked or filtered <g>'],
    ['<polygon points="0,0"/>', '<polygon>'],
  ])('refuses %s rather than leaving it out', async (content, named) => {
    const error = await refused(svgToPdf(svg(content)));
    expect(error.code).toBe('input');
    expect(error.message).toContain(named);
  });

  it.each([
    ['<svg viewBox="0 0 1 1"><g>', 'the SVG is not well-formed'],
    ['<g><svg viewBox="0 0 1 1"/></g>', 'the text to draw is no SVG'],
  ])('refuses %s', async (text, message) => {
    expect(await refused(svgToPdf(text))).toMatchObject({ code: 'input', message });
  });
});
