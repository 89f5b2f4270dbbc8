import { LIGHT_COLOURS } from '../charts/colour-scheme.js';

/** Custom properties that a file's style sheets give, those for a certain screen or paper left out. */
const propertiesOf = (svg: string): Map<string, string> => {
  const properties = new Map(Object.entries(LIGHT_COLOURS));
  for (const [, rules = ''] of svg.matchAll(/<style[^>]*>([^<]*)<\/style>/g)) {
    const always = rules.replaceAll(/@[^{;]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');
    for (const [, name = '', value = ''] of always.matchAll(/(--[\w-]+)\s*:\s*([^;}]+)/g)) {
      properties.set(name, value.trim());
    }
  }
  return properties;
};

/**
 * Puts values in place of `var(--name)` in the attributes of an SVG, for programs that know no CSS custom properties: the
 * light colours of the file's own style sheet, or of the report where it has none. An unknown name takes its fallback, or
 * `currentColor`.
 */
export const resolveCustomProperties = (svg: string): string => {
  const properties = propertiesOf(svg);
  return svg.replaceAll(/="[^"<>]*var\([^"<>]*"/g, (attribute) =>
    attribute.replaceAll(
      /var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*))?\)/g,
      (_, name: string, fallback: string | undefined) => properties.get(name) ?? fallback?.trim() ?? 'currentColor',
    ),
  );
};
