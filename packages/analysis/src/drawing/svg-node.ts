import { BenchmarkError } from '@aibrix/core/errors';
import type { XmlElement, XmlText } from '@rgrove/parse-xml';

/** An element of an SVG, its presentation attributes and its style as one. */
export interface SvgNode {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly (SvgNode | string)[];
}

const styleOf = (style: string | undefined): [string, string][] =>
  (style ?? '')
    .split(';')
    .map((declaration) => declaration.split(':'))
    .filter((parts) => parts.length === 2)
    .map(([name = '', value = '']) => [name.trim(), value.trim()]);

const nodeOf = (element: XmlElement): SvgNode => ({
  name: element.name,
  attributes: { ...element.attributes, ...Object.fromEntries(styleOf(element.attributes.style)) },
  children: element.children.flatMap((child): (SvgNode | string)[] => {
    if (child.type === 'element') return [nodeOf(child as XmlElement)];
    return child.type === 'text' ? [(child as XmlText).text] : [];
  }),
});

/**
 * Reads an SVG file.
 *
 * @throws BenchmarkError `input` for a text that is not well-formed, or is no SVG
 */
export const parseSvg = async (svg: string): Promise<SvgNode> => {
  const { parseXml } = await import('@rgrove/parse-xml');
  let root: XmlElement | null;
  try {
    root = parseXml(svg).root;
  } catch (cause) {
    throw new BenchmarkError('input', 'the SVG is not well-formed', { cause });
  }
  if (root?.name !== 'svg') throw new BenchmarkError('input', 'the text to draw is no SVG');
  return nodeOf(root);
};
