/** Width of a character as a share of the font's size: more than the mean of usual sans-serif fonts. */
const CHARACTER_WIDTH = 0.6;

/** About how wide text is in a usual sans-serif font, in the unit of `fontSize`; rather too much than too little. */
export const textWidth = (text: string, fontSize: number): number => [...text].length * fontSize * CHARACTER_WIDTH;

/** Where a path or a name may be cut: after one of these. */
const JOINT = /[/\\_.,:;-]/;

/** A word in pieces that fit, cut at a joint where a piece is at least half full then. */
const pieces = (word: string, most: number): string[] => {
  const rest = [...word];
  const cut: string[] = [];
  while (rest.length > most) {
    const joint = rest.slice(0, most).findLastIndex((character) => JOINT.test(character)) + 1;
    cut.push(rest.splice(0, joint >= most / 2 ? joint : most).join(''));
  }
  return [...cut, rest.join('')];
};

/**
 * Text cut into lines that fit a width, at spaces where it has them, then at the joints of paths and names. For SVG, which does not wrap by itself.
 *
 * @param width in the unit of `fontSize`
 */
export const textLines = (text: string, width: number, fontSize: number): string[] => {
  const most = Math.max(1, Math.floor(width / (fontSize * CHARACTER_WIDTH)));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \t\r\n]+/).flatMap((whole) => pieces(whole, most))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if ([...longer].length <= most) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
};
