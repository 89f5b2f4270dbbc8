import { join } from 'node:path';
import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import { writeFileAtomically } from '@aibrix/core/files';
import { renderHtml } from './html/render-html.js';
import { renderMarkdown } from './markdown/render-markdown.js';
import type { Report } from './report.js';

/** Formats that a report can be written in. */
export const REPORT_FORMATS = ['json', 'md', 'html'] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];

const NOT_BUILT_FORMATS: readonly string[] = ['csv', 'svg', 'png', 'pdf'];

export interface WrittenReport {
  format: ReportFormat;
  path: string;
}

const render: Record<ReportFormat, (report: Report) => string | Promise<string>> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  md: renderMarkdown,
  html: renderHtml,
};

const isFormat = (word: string): word is ReportFormat => (REPORT_FORMATS as readonly string[]).includes(word);

/**
 * Checks the names of formats before any work is done.
 *
 * @throws BenchmarkError `usage` for an unknown one; `not-built` for one that this version does not write
 */
export const checkReportFormats = (formats: readonly string[]): ReportFormat[] => {
  if (formats.length === 0) {
    throw new BenchmarkError('usage', 'no report format is named', {
      hint: `Formats are ${REPORT_FORMATS.join(', ')}.`,
    });
  }
  return formats.map((format) => {
    if (isFormat(format)) return format;
    const built = `Formats are ${REPORT_FORMATS.join(', ')}.`;
    if (NOT_BUILT_FORMATS.includes(format)) {
      throw new BenchmarkError('not-built', `reports are not yet written as ${format}`, { hint: built });
    }
    const meant = closestMatch(format, REPORT_FORMATS);
    throw new BenchmarkError('usage', `there is no report format "${format}"`, {
      hint: meant ? `Did you mean ${meant}? ${built}` : built,
    });
  });
};

/**
 * Writes `report.json`, `report.md` and `report.html` into a folder, which is made when it is missing. Each file appears
 * when it is complete.
 *
 * @param options.formats default: all that are built
 * @returns what was written, in the order of `formats`
 * @throws BenchmarkError `usage` or `not-built` for formats; `output` when a file cannot be written
 */
export const writeReport = async (
  report: Report,
  outputDir: string,
  options: { formats?: readonly string[] | undefined } = {},
): Promise<WrittenReport[]> => {
  const formats = checkReportFormats(options.formats ?? REPORT_FORMATS);
  const written: WrittenReport[] = [];
  for (const format of new Set(formats)) {
    const path = join(outputDir, `report.${format}`);
    await writeFileAtomically(path, await render[format](report));
    written.push({ format, path });
  }
  return written;
};
