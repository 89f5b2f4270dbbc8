import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  analyseFiles,
  checkReportFormats,
  type GoodputTarget,
  REPORT_FORMATS,
  type Report,
  type WrittenReport,
  writeReport,
} from '@aibrix/analysis';
import type { Context } from './context.js';

export interface MakeReportOptions {
  resultFiles: readonly string[];
  outputDir: string;
  goodputTargets?: readonly GoodputTarget[] | undefined;
  /** Default: all that are built. */
  formats?: readonly string[] | undefined;
}

/** Removes the report of an earlier run. */
export const removeReport = async (folder: string): Promise<void> => {
  for (const format of REPORT_FORMATS) await rm(join(folder, `report.${format}`), { force: true });
};

/** Analyses results and writes the report. */
export const makeReport = async (
  options: MakeReportOptions,
  context: Context,
): Promise<{ report: Report; files: WrittenReport[] }> => {
  const { reporter, signal } = context;
  const formats = checkReportFormats(options.formats ?? REPORT_FORMATS);
  reporter.status('analysis  reading results');
  const report = await analyseFiles(options.resultFiles, { goodputTargets: options.goodputTargets, signal });
  reporter.status('analysis  drawing charts');
  const files = await writeReport(report, options.outputDir, { formats });
  for (const note of report.notes) reporter.warn(note);
  reporter.line(`analysis  ${files.map(({ path }) => path).join(', ')}`);
  return { report, files };
};
