export { type AnalyseOptions, analyse } from './analyse.js';
export { type AnalyseFilesOptions, analyseFiles } from './analyse-files.js';
export type { Histogram } from './charts/histogram-chart.js';
export { renderHistogramSvg } from './charts/histogram-svg.js';
export { svgToPdf } from './drawing/svg-to-pdf.js';
export { type SvgToPngOptions, svgToPng } from './drawing/svg-to-png.js';
export {
  checkTargetsMeasurable,
  GOODPUT_METRICS,
  type GoodputMetric,
  type GoodputTarget,
  parseGoodputTargets,
} from './goodput/goodput-targets.js';
export { renderHtml } from './html/render-html.js';
export { renderMarkdown } from './markdown/render-markdown.js';
export {
  type Distribution,
  type Distributions,
  type ErrorClass,
  type GoodputReport,
  type LengthComparison,
  QUANTILES,
  type QuantileCurves,
  type QuantileName,
  type Report,
  type ReportedRun,
  type ReportSource,
  type TimeBin,
  type TimeSeries,
} from './report.js';
export { attentionOf } from './text/attention.js';
export { renderWorkloadHtml } from './workload/render-workload-html.js';
export { renderWorkloadSvg } from './workload/render-workload-svg.js';
export type { WorkloadBin, WorkloadChartData } from './workload/workload-chart-data.js';
export {
  CHART_FORMATS,
  type ChartFormat,
  checkChartFormats,
  writeWorkloadCharts,
} from './workload/write-workload-charts.js';
export {
  checkReportFormats,
  REPORT_FORMATS,
  type ReportFormat,
  type WrittenReport,
  writeReport,
} from './write-report.js';
