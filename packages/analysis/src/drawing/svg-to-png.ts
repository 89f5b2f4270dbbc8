import { BenchmarkError } from '@aibrix/core/errors';
import { parseOptions } from '@aibrix/core/validation';
import { z } from 'zod';
import { resolveCustomProperties } from './custom-properties.js';
import { standaloneSvg } from './svg-size.js';
import { needsOtherFonts, TEXT_FAMILY, textFontPaths } from './text-fonts.js';

/** Options of `svgToPng`. */
export interface SvgToPngOptions {
  /** Pixels of the picture per CSS pixel of the SVG, at most 8. Default 2, for screens of high density. */
  scale?: number | undefined;
}

const optionsSchema: z.ZodType<{ scale: number }, SvgToPngOptions> = z.strictObject({
  scale: z.number().positive('must be above 0').max(8, 'must be at most 8').default(2),
});

/** A wider or higher picture takes more than a gigabyte of memory, and few programs open it. */
const MAX_SIDE_PIXELS = 16_384;

/**
 * Draws an SVG of this package as a PNG picture, in its light colours, with text in a font that the package brings. Letters
 * that it lacks, such as Chinese ones, are taken from the fonts of the machine. The same SVG gives the same bytes.
 *
 * @throws BenchmarkError `usage` for the options, or a scale that makes a picture of more than 16,384 pixels a side;
 * `input` for an SVG that cannot be drawn
 */
export const svgToPng = async (svg: string, options: SvgToPngOptions = {}): Promise<Uint8Array> => {
  const { scale } = parseOptions(optionsSchema, options, 'svgToPng');
  const { text, width, height } = standaloneSvg(resolveCustomProperties(svg));
  if (Math.max(width, height) * scale > MAX_SIDE_PIXELS) {
    throw new BenchmarkError('usage', `the picture would be larger than ${MAX_SIDE_PIXELS} pixels a side`, {
      hint: `Choose a scale of at most ${MAX_SIDE_PIXELS / Math.max(width, height)}.`,
    });
  }
  // A native library: loaded when the first picture is drawn.
  const { renderAsync } = await import('@resvg/resvg-js');
  const { regular, semiBold } = textFontPaths();
  try {
    const picture = await renderAsync(text, {
      fitTo: { mode: 'zoom', value: scale },
      font: {
        fontFiles: [regular, semiBold],
        loadSystemFonts: needsOtherFonts(text),
        defaultFontFamily: TEXT_FAMILY,
        sansSerifFamily: TEXT_FAMILY,
      },
    });
    return new Uint8Array(picture.asPng());
  } catch (cause) {
    throw new BenchmarkError('input', 'the SVG cannot be drawn', { cause });
  }
};
