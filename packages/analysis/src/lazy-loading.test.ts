import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const built = new URL('../dist/index.js', import.meta.url).href;

/** Which of the heavy libraries a program has loaded after it ran some code on the built package. */
const loadedBy = async (code: string): Promise<string[]> => {
  const program = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        const name = /node_modules\\/(vega-lite|vega|pdfkit|@resvg\\/resvg-js|@rgrove\\/parse-xml)\\/(?!.*node_modules)/.exec(url)?.[1];
        if (name) loaded.add(name);
        return next(url, context);
      },
    });
    const analysis = await import(${JSON.stringify(built)});
    ${code}
    console.log(JSON.stringify([...loaded].sort()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  return JSON.parse(stdout);
};

it('loads no library for drawing before something is drawn', async () => {
  expect(await loadedBy('')).toEqual([]);
});

it('loads what a format needs, and no more', async () => {
  const svg = `'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text y="9">a</text></svg>'`;
  expect(await loadedBy(`await analysis.svgToPng(${svg});`)).toEqual(['@resvg/resvg-js']);
  expect(await loadedBy(`await analysis.svgToPdf(${svg});`)).toEqual(['@rgrove/parse-xml', 'pdfkit']);
});
