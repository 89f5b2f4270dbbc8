import { CHART_HEIGHT, type Chart } from '../charts/chart.js';
import { chartFigure } from '../html/chart-figure.js';
import { PAGE_STYLE } from '../html/page-style.js';
import { Markup, markup } from '../text/markup.js';
import { checkWorkloadChartData, type WorkloadChartData } from './workload-chart-data.js';
import { WITHOUT_CHARTS, workloadCharts } from './workload-charts.js';

/** All charts of a page have one size, so that none leaves room empty beside it. */
const figureOf = (chart: Chart): Promise<Markup> =>
  chartFigure({ ...chart, spec: { ...chart.spec, height: CHART_HEIGHT } as Chart['spec'] });

/**
 * The charts of a workload as one HTML page that looks like the report of a run: it opens from a disk with no network, has
 * no scripts, follows the reader's light or dark scheme, and prints. The same data give the same page.
 *
 * @throws BenchmarkError `usage` for data that cannot be drawn, with every problem
 */
export const renderWorkloadHtml = async (data: WorkloadChartData): Promise<string> => {
  const checked = checkWorkloadChartData(data);
  const { title, facts, notes } = checked;
  const figures = await Promise.all(workloadCharts(checked).map(figureOf));
  const charts = figures.length > 0 ? markup`<div class="charts">${figures}</div>` : markup`<p>${WITHOUT_CHARTS}</p>`;
  const factsSection =
    facts.length > 0 &&
    markup`<section><h2>Figures</h2><dl class="facts">${facts.map(({ label, value }) => markup`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl></section>\n`;
  const notesSection =
    notes.length > 0 &&
    markup`<section><h2>Notes</h2><ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul></section>\n`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} – workload</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<header><p class="quiet">Workload of an LLM serving benchmark</p><h1>${title}</h1></header>
<main>
${factsSection}<section><h2>Course and lengths</h2>${charts}</section>
${notesSection}</main>
<footer><p>Made by @aibrix/analysis.</p></footer>
</body>
</html>
`.text;
};
