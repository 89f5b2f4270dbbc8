import { BenchmarkError } from '@aibrix/core/errors';

/** An SVG with the namespace and the size that its viewers outside of a page need. */
export interface StandaloneSvg {
  text: string;
  /** In CSS pixels. */
  width: number;
  height: number;
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];

/**
 * Fills in what an SVG element of a page lacks as a file: its namespace, and its size from its viewBox.
 *
 * @throws BenchmarkError `input` for a text that is no SVG, or one without a size
 */
export const standaloneSvg = (svg: string): StandaloneSvg => {
  const tag = /<svg\b[^>]*>/.exec(svg)?.[0];
  if (tag === undefined) throw new BenchmarkError('input', 'the text to draw has no <svg> element');
  const box = attribute(tag, 'viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  const width = Number.parseFloat(attribute(tag, 'width') ?? '') || (box?.[2] ?? Number.NaN);
  const height = Number.parseFloat(attribute(tag, 'height') ?? '') || (box?.[3] ?? Number.NaN);
  if (!(width > 0 && height > 0 && Number.isFinite(width * height))) {
    throw new BenchmarkError('input', 'the SVG to draw has no size', {
      hint: 'Give it a viewBox, or width and height.',
    });
  }
  const added = [
    attribute(tag, 'xmlns') === undefined && ' xmlns="http://www.w3.org/2000/svg"',
    attribute(tag, 'width') === undefined && ` width="${width}"`,
    attribute(tag, 'height') === undefined && ` height="${height}"`,
  ].filter((part) => part !== false);
  return { text: svg.replace(/<svg\b/, () => `<svg${added.join('')}`), width, height };
};
