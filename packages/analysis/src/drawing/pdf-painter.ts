import { BenchmarkError } from '@aibrix/core/errors';
import type { SvgNode } from './svg-node.js';
import { type Matrix, matricesOf, viewBoxMatrix } from './svg-transform.js';

/** Names of the fonts that the document has registered. */
export const PDF_FONTS = { regular: 'regular', semiBold: 'semi-bold' } as const;

/** The lightest weight that is set in the heavier font. */
const SEMI_BOLD_FROM = 550;

/** Presentation attributes that elements inherit. */
const INHERITED = [
  'fill',
  'fill-opacity',
  'font-size',
  'font-weight',
  'stroke',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'stroke-miterlimit',
  'stroke-opacity',
  'stroke-width',
  'text-anchor',
] as const;

type Look = Readonly<Record<string, string>>;

const ROOT_LOOK: Look = { fill: '#000000', stroke: 'none', 'font-size': '16px', 'font-weight': '400' };

const SILENT = new Set(['title', 'desc', 'style', 'metadata', 'defs']);

const WEIGHTS: Readonly<Record<string, number>> = { normal: 400, bold: 700 };

const numberOf = (value: string | undefined, otherwise: number): number => {
  const number = Number.parseFloat(value ?? '');
  return Number.isFinite(number) ? number : otherwise;
};

const lookOf = (node: SvgNode, outer: Look): Look => {
  const own: Record<string, string> = { ...outer };
  for (const name of INHERITED) {
    const value = node.attributes[name];
    if (value !== undefined && value !== 'inherit') own[name] = value;
  }
  // The opacity of a group is given to what it holds: right where that does not overlap, as in a chart.
  own.opacity = String(numberOf(outer.opacity, 1) * numberOf(node.attributes.opacity, 1));
  return own;
};

const isPaint = (paint: string | undefined): paint is string =>
  paint !== undefined && paint !== 'none' && paint !== 'transparent';

/** Writes the shapes and the text of an SVG into a PDF document, element by element. */
export class PdfPainter {
  readonly #doc: PDFKit.PDFDocument;

  constructor(doc: PDFKit.PDFDocument) {
    this.#doc = doc;
  }

  /**
   * Paints a whole SVG into the viewport from (0, 0).
   *
   * @throws BenchmarkError `input` for an element that it does not know
   */
  paintSvg(svg: SvgNode, width: number, height: number): void {
    this.#within([viewBoxMatrix(svg.attributes.viewBox, width, height)], () =>
      this.#paintChildren(svg, lookOf(svg, ROOT_LOOK)),
    );
  }

  #within(matrices: readonly Matrix[], paint: () => void): void {
    this.#doc.save();
    for (const [a, b, c, d, e, f] of matrices) this.#doc.transform(a, b, c, d, e, f);
    paint();
    this.#doc.restore();
  }

  #paintChildren(node: SvgNode, look: Look): void {
    for (const child of node.children) if (typeof child !== 'string') this.#paint(child, look);
  }

  #paint(node: SvgNode, outer: Look): void {
    const { attributes } = node;
    if (SILENT.has(node.name) || attributes.display === 'none') return;
    if (attributes['clip-path'] !== undefined || attributes.mask !== undefined || attributes.filter !== undefined) {
      throw new BenchmarkError(
        'input',
        `the SVG holds a clipped, masked or filtered <${node.name}>, which cannot become PDF`,
      );
    }
    const look = lookOf(node, outer);
    this.#within(matricesOf(attributes.transform), () => {
      if (node.name === 'g') this.#paintChildren(node, look);
      else if (node.name === 'svg') this.#paintInner(node, look);
      else if (node.name === 'text') this.#paintText(node, look);
      else if (this.#outline(node)) this.#paintShape(look);
    });
  }

  #paintInner(node: SvgNode, look: Look): void {
    const { x, y, width, height, viewBox } = node.attributes;
    const size = [numberOf(width, 0), numberOf(height, 0)] as const;
    this.#within([[1, 0, 0, 1, numberOf(x, 0), numberOf(y, 0)], viewBoxMatrix(viewBox, ...size)], () =>
      this.#paintChildren(node, look),
    );
  }

  /** Adds the outline of a shape to the current path; false for one that has none. */
  #outline({ name, attributes }: SvgNode): boolean {
    const at = (attribute: string): number => numberOf(attributes[attribute], 0);
    switch (name) {
      case 'path':
        if (!attributes.d) return false;
        this.#doc.path(attributes.d);
        return true;
      case 'line':
        this.#doc.moveTo(at('x1'), at('y1')).lineTo(at('x2'), at('y2'));
        return true;
      case 'rect': {
        const radius = numberOf(attributes.rx, at('ry'));
        if (radius > 0) this.#doc.roundedRect(at('x'), at('y'), at('width'), at('height'), radius);
        else this.#doc.rect(at('x'), at('y'), at('width'), at('height'));
        return at('width') > 0 && at('height') > 0;
      }
      case 'circle':
        this.#doc.circle(at('cx'), at('cy'), at('r'));
        return at('r') > 0;
      default:
        throw new BenchmarkError('input', `the SVG holds a <${name}>, which cannot become PDF`, {
          hint: 'Groups, paths, lines, rectangles, circles and text can.',
        });
    }
  }

  #paintShape(look: Look): void {
    const doc = this.#doc;
    const { fill, stroke } = look;
    const opacity = numberOf(look.opacity, 1);
    const hasStroke = isPaint(stroke) && numberOf(look['stroke-width'], 1) > 0;
    if (isPaint(fill)) doc.fillColor(fill).fillOpacity(opacity * numberOf(look['fill-opacity'], 1));
    if (hasStroke) {
      doc.lineWidth(numberOf(look['stroke-width'], 1)).miterLimit(numberOf(look['stroke-miterlimit'], 4));
      doc
        .lineCap((look['stroke-linecap'] ?? 'butt') as 'butt')
        .lineJoin((look['stroke-linejoin'] ?? 'miter') as 'miter');
      const dashes = (look['stroke-dasharray'] ?? '').split(/[\s,]+/).map(Number.parseFloat);
      if (dashes.some((dash) => dash > 0) && dashes.every((dash) => dash >= 0)) this.#dash(dashes);
      doc.strokeColor(stroke).strokeOpacity(opacity * numberOf(look['stroke-opacity'], 1));
    }
    if (isPaint(fill) && hasStroke) doc.fillAndStroke();
    else if (isPaint(fill)) doc.fill();
    else if (hasStroke) doc.stroke();
    // A path that nothing draws would become part of the next one.
    else doc.addContent('n');
  }

  #dash(lengths: readonly number[]): void {
    // The library refuses dashes of no length, which mean a line without gaps where the gap is none too.
    if (lengths.some((length, index) => index % 2 === 1 && length > 0)) {
      const period = lengths.map((length) => Math.max(length, 0.001));
      this.#doc.addContent(`[${(period.length % 2 === 0 ? period : [...period, ...period]).join(' ')}] 0 d`);
    }
  }

  #paintText(node: SvgNode, look: Look): void {
    let [x, y] = [numberOf(node.attributes.x, 0), numberOf(node.attributes.y, 0)];
    for (const child of node.children) {
      if (typeof child === 'string') {
        x += this.#paintWords(child, x, y, look);
        continue;
      }
      if (child.name !== 'tspan') continue;
      const { attributes } = child;
      x = numberOf(attributes.x, x) + numberOf(attributes.dx, 0);
      y = numberOf(attributes.y, y) + numberOf(attributes.dy, 0);
      const words = child.children.filter((part) => typeof part === 'string').join('');
      x += this.#paintWords(words, x, y, lookOf(child, look));
    }
  }

  /** @returns how wide the words are */
  #paintWords(words: string, x: number, y: number, look: Look): number {
    const line = words.replaceAll(/[\t\r\n]+/g, ' ');
    if (line.trim() === '' || !isPaint(look.fill)) return 0;
    const doc = this.#doc;
    const weight = WEIGHTS[look['font-weight'] ?? ''] ?? numberOf(look['font-weight'], 400);
    doc.font(weight >= SEMI_BOLD_FROM ? PDF_FONTS.semiBold : PDF_FONTS.regular);
    doc.fontSize(numberOf(look['font-size'], 16)).fillColor(look.fill);
    doc.fillOpacity(numberOf(look.opacity, 1) * numberOf(look['fill-opacity'], 1));
    const width = doc.widthOfString(line);
    const before = { middle: width / 2, end: width }[look['text-anchor'] ?? ''] ?? 0;
    doc.text(line, x - before, y, { lineBreak: false, baseline: 'alphabetic' });
    return width;
  }
}
