import { renderChartSheet } from '../charts/chart-sheet.js';
import { checkWorkloadChartData, type WorkloadChartData } from './workload-chart-data.js';
import { WITHOUT_CHARTS, workloadCharts } from './workload-charts.js';

/**
 * All charts of a workload in one SVG file that stands alone, in light and in dark: requests per second beside the planned
 * rate, a timeline of sessions, tokens per second, mean lengths and their histograms, with facts and notes. Charts
 * without data are left out, what is missing in one is a gap, and a workload without requests is a sheet that says so. The
 * same data give the same bytes.
 *
 * @throws BenchmarkError `usage` for data that cannot be drawn, with every problem
 */
export const renderWorkloadSvg = async (data: WorkloadChartData): Promise<string> => {
  const checked = checkWorkloadChartData(data);
  const { title, facts, notes } = checked;
  return renderChartSheet({ title, charts: workloadCharts(checked), withoutCharts: WITHOUT_CHARTS, facts, notes });
};
