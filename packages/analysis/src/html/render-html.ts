import { reportCharts } from '../charts/report-charts.js';
import type { Report } from '../report.js';
import { Markup, markup } from '../text/markup.js';
import { CONDUCT_ROWS, LATENCY_ROWS, REQUEST_ROWS } from '../text/metric-names.js';
import { reportTitle } from '../text/report-title.js';
import { chartFigure } from './chart-figure.js';
import { arrivalsSection, errorsSection, lengthsSection, notesSection, pageFooter, runSection } from './details.js';
import { distributionTable } from './distribution-table.js';
import { answers, attentionBanner, pageHeader, verdictBanner } from './opening.js';
import { PAGE_STYLE } from './page-style.js';

const section = (title: string, content: Markup | null): Markup | null =>
  content && markup`<section><h2>${title}</h2>${content}</section>\n`;

const chartSections = async (report: Report): Promise<Markup[]> => {
  const sections: Markup[] = [];
  for (const { title, charts } of reportCharts(report)) {
    const figures = await Promise.all(charts.map(chartFigure));
    sections.push(markup`<section><h2>${title}</h2><div class="charts">${figures}</div></section>\n`);
  }
  return sections;
};

/**
 * The report as one HTML page: it opens from a disk with no network, has no scripts, follows the reader's light or dark
 * scheme, and prints. The same report gives the same page.
 */
export const renderHtml = async (report: Report): Promise<string> => {
  const [charts, title] = [await chartSections(report), reportTitle(report)];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title} – benchmark report</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
${pageHeader(report)}
<main>
${verdictBanner(report)}
${attentionBanner(report)}
${answers(report)}
${section('Latency', distributionTable(report, LATENCY_ROWS, 'Latency of requests that succeeded'))}
${charts}
${errorsSection(report)}
${section('Requests', distributionTable(report, REQUEST_ROWS, 'Sizes and speeds of requests that succeeded'))}
${lengthsSection(report)}
${section('Conduct of the client', distributionTable(report, CONDUCT_ROWS, 'How late requests were sent, failed ones included'))}
${arrivalsSection(report)}
${notesSection(report)}
${runSection(report)}
</main>
${pageFooter(report)}
</body>
</html>
`.text;
};
