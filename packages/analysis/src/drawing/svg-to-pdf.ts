import { resolveCustomProperties } from './custom-properties.js';
import { PDF_FONTS, PdfPainter } from './pdf-painter.js';
import { parseSvg, type SvgNode } from './svg-node.js';
import { standaloneSvg } from './svg-size.js';
import { textFontPaths } from './text-fonts.js';

/** CSS pixels are 1/96 of an inch, points of a PDF 1/72. */
const POINTS_PER_PIXEL = 0.75;

const NO_DATE = new Date(0);

const titleOf = (svg: SvgNode): string => {
  const title = svg.children.find((child): child is SvgNode => typeof child !== 'string' && child.name === 'title');
  return title?.children.filter((child) => typeof child === 'string').join('') ?? '';
};

/**
 * Writes an SVG of this package as a PDF of one page of its size, in its light colours: shapes as vectors, and text as text
 * that can be searched and copied, in a font that the file holds. Letters that this font lacks, such as Chinese ones, show
 * as boxes. The same SVG gives the same bytes: nothing in the file tells when or where it was made.
 *
 * @throws BenchmarkError `input` for a text that is no SVG, has no size, or holds what a chart of this package does not:
 * images, gradients, clips, masks
 */
export const svgToPdf = async (svg: string): Promise<Uint8Array> => {
  const { text, width, height } = standaloneSvg(resolveCustomProperties(svg));
  const root = await parseSvg(text);
  // Loaded when the first file is written.
  const { default: PDFDocument } = await import('pdfkit');
  const { regular, semiBold } = textFontPaths();
  const doc = new PDFDocument({
    size: [width * POINTS_PER_PIXEL, height * POINTS_PER_PIXEL],
    margin: 0,
    font: regular,
    lang: 'en',
    displayTitle: true,
    info: { Title: titleOf(root), Creator: '@aibrix/analysis', CreationDate: NO_DATE },
  });
  // The library needs a date to derive the file's id from; what cannot be enumerated it does not write.
  Object.defineProperty(doc.info, 'CreationDate', { value: NO_DATE, enumerable: false });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  doc.registerFont(PDF_FONTS.regular, regular);
  doc.registerFont(PDF_FONTS.semiBold, semiBold);
  doc.scale(POINTS_PER_PIXEL);
  new PdfPainter(doc).paintSvg(root, width, height);
  doc.end();
  await ended;
  return new Uint8Array(Buffer.concat(chunks));
};
