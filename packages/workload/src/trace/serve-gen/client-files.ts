import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BenchmarkError } from '@aibrix/core/errors';

/** The two files of a client. */
export interface ClientFiles {
  /** What both names begin with: `chunk-12`; of a second client of that name, `chunk-12#2`. */
  client: string;
  tracePath: string;
  datasetPath: string;
}

const TRACE = '-trace.csv';
const DATASET = '-dataset.json';

const filesOf = (tracePath: string): ClientFiles => {
  if (!tracePath.endsWith(TRACE)) {
    throw new BenchmarkError('usage', `serve_gen: paths: ${tracePath} does not end in ${TRACE}`, {
      hint: `Name the clients' files of rates; the files of lengths, which end in ${DATASET}, are found beside them.`,
    });
  }
  const stem = tracePath.slice(0, -TRACE.length);
  return { client: basename(stem), tracePath, datasetPath: `${stem}${DATASET}` };
};

/** Tells clients of the same name apart: they must not draw the same numbers. */
const withOwnNames = (files: readonly ClientFiles[]): ClientFiles[] => {
  const counts = new Map<string, number>();
  return files.map((file) => {
    const count = (counts.get(file.client) ?? 0) + 1;
    counts.set(file.client, count);
    return count === 1 ? file : { ...file, client: `${file.client}#${count}` };
  });
};

const namesIn = async (folder: string): Promise<string[]> => {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new BenchmarkError('file-not-found', `no such folder: ${folder}`, {
      cause,
      hint: 'Get a folder below data/language from the GitHub repository alibaba/ServeGen.',
    });
  }
};

/** `chunk-2` comes before `chunk-10`, on every machine. */
const byNumber = new Intl.Collator('en', { numeric: true });

/**
 * The files of the clients in a folder, or of those named, in order of their names.
 *
 * @throws BenchmarkError `usage` for a path that is none; `file-not-found` for the folder; `input` where it holds none
 */
export const clientFiles = async (where: {
  folder?: string | undefined;
  paths?: readonly string[] | undefined;
}): Promise<ClientFiles[]> => {
  const { folder, paths } = where;
  if (folder === undefined) return withOwnNames((paths ?? []).map(filesOf));
  const found = (await namesIn(folder)).filter((name) => name.endsWith(TRACE)).sort(byNumber.compare);
  if (found.length === 0) {
    throw new BenchmarkError('input', `holds no files that end in ${TRACE}`, {
      location: { file: folder },
      hint: 'Clients are files chunk-<n>-trace.csv and chunk-<n>-dataset.json, such as data/language/m-small of the GitHub repository alibaba/ServeGen.',
    });
  }
  return found.map((name) => filesOf(join(folder, name)));
};
