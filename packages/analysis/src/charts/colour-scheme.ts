/** Values of the CSS custom properties that pages and charts name, on light paper. */
export const LIGHT_COLOURS: Readonly<Record<string, string>> = {
  '--paper': '#ffffff',
  '--panel': '#f6f7f8',
  '--ink': '#1b1f24',
  '--muted': '#5a636d',
  '--line': '#e4e7ea',
  '--line-strong': '#b4bbc2',
  '--blue': '#1f5fbf',
  '--teal': '#0b7468',
  '--amber': '#9a5b00',
  '--red': '#b42318',
  '--violet': '#6d4bb8',
};

/** The same for a dark screen. */
export const DARK_COLOURS: Readonly<Record<string, string>> = {
  '--paper': '#14171b',
  '--panel': '#1c2025',
  '--ink': '#e9ebee',
  '--muted': '#a5aeb8',
  '--line': '#2b3138',
  '--line-strong': '#59626c',
  '--blue': '#82b4ff',
  '--teal': '#4fcdbd',
  '--amber': '#edb45c',
  '--red': '#ff9285',
  '--violet': '#bda4f5',
};

const declarations = (colours: Readonly<Record<string, string>>): string =>
  Object.entries(colours)
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ');

/** Rules that give an element the light colours, and the dark ones on a screen that asks for them; paper stays light. */
export const colourScheme = (selector: string): string => `
${selector} { ${declarations(LIGHT_COLOURS)} }
@media screen and (prefers-color-scheme: dark) {
  ${selector} { ${declarations(DARK_COLOURS)} }
}`;
