import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { writeFileAtomically } from '@aibrix/core/files';
import { svgToPdf } from '../drawing/svg-to-pdf.js';
import { svgToPng } from '../drawing/svg-to-png.js';
import { renderWorkloadHtml } from './render-workload-html.js';
import { renderWorkloadSvg } from './render-workload-svg.js';
import type { WorkloadChartData } from './workload-chart-data.js';

/** Formats that charts of a workload can be written in. */
export const CHART_FORMATS = ['svg', 'png', 'pdf', 'html'] as const;

export type ChartFormat = (typeof CHART_FORMATS)[number];

/**
 * Checks the names of formats before any work is done.
 *
 * @throws BenchmarkError `usage` for an unknown one, or for none at all
 */
export const checkChartFormats = (formats: readonly string[]): ChartFormat[] => {
  const hint = `Formats are ${CHART_FORMATS.join(', ')}.`;
  if (formats.length === 0) throw new BenchmarkError('usage', 'no chart format is named', { hint });
  return formats.map((format) => {
    const known = CHART_FORMATS.find((name) => name === format);
    if (known) return known;
    const meant = closestMatch(format, CHART_FORMATS);
    throw new BenchmarkError('usage', `there is no chart format "${format}"`, {
      hint: meant ? `Did you mean ${meant}? ${hint}` : hint,
    });
  });
};

const render = async (format: ChartFormat, svg: () => Promise<string>, data: WorkloadChartData) => {
  switch (format) {
    case 'svg':
      return svg();
    case 'png':
      return svgToPng(await svg());
    case 'pdf':
      return svgToPdf(await svg());
    case 'html':
      return renderWorkloadHtml(data);
  }
};

/**
 * Writes the charts of a workload as `<basePath>.svg`, `.png`, `.pdf`, `.html`. Nothing is written before all of them are
 * drawn; each file appears when it is complete; missing folders are made.
 *
 * @param basePath path without an extension, such as `out/workload`
 * @returns the paths, in the order of `formats`, each once
 * @throws BenchmarkError `usage` for an unknown format or data that cannot be drawn; `output` when a file cannot be written
 */
export const writeWorkloadCharts = async (
  basePath: string,
  data: WorkloadChartData,
  formats: readonly string[],
): Promise<string[]> => {
  const wanted = [...new Set(checkChartFormats(formats))];
  let drawn: Promise<string> | undefined;
  const svg = (): Promise<string> => {
    drawn ??= renderWorkloadSvg(data);
    return drawn;
  };
  const files: { path: string; content: string | Uint8Array }[] = [];
  for (const format of wanted) {
    files.push({ path: `${basePath}.${format}`, content: await render(format, svg, data) });
  }
  for (const { path, content } of files) await writeFileAtomically(path, content);
  return files.map(({ path }) => path);
};
