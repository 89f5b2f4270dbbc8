import { parseColumns, sharedMixesFromLists, type TableColumns, type TableOptions } from '@aibrix/dataset';
import type { DatasetKind } from '../pipeline/make-dataset.js';
import type { BenchmarkConfig } from './benchmark-config.js';
import { multiturnOptions, sharedMixLists } from './library-options.js';

/** Paths that have no default stand in a checked config; see `stageProblems`. */
const given = (path: string | null): string => path ?? '';

const parsedColumns = (text: string | null): TableColumns | null => (text === null ? null : parseColumns(text));

/** A table with tabs by its name. */
const TSV = /\.(?:tsv|tab)(?:\.(?:gz|zst))?$/i;

/** Options of a table with a header, from what a command line and a config say. */
export const tableOptions = (given: {
  path: string;
  columns?: string | null | undefined;
  delimiter?: ',' | ';' | 'tab' | null | undefined;
}): TableOptions => {
  const { path, columns = null, delimiter } = given;
  return {
    path,
    format: TSV.test(path) ? 'tsv' : 'csv',
    columns: parsedColumns(columns),
    delimiter: delimiter === 'tab' ? '\t' : (delimiter ?? undefined),
  };
};

/** The dataset that a checked config names. */
export const datasetKind = (config: BenchmarkConfig): DatasetKind => {
  const { seed, dataset_configs: sections } = config;
  switch (config.prompt_type) {
    case 'synthetic_multiturn':
      return { kind: 'synthetic_multiturn', options: multiturnOptions(config) };
    case 'synthetic_shared': {
      const { randomize_order: randomizeOrder, app_name: appName } = sections.synthetic_shared;
      const mixes = sharedMixesFromLists(sharedMixLists(config));
      return { kind: 'synthetic_shared', options: { seed, mixes, randomizeOrder, appName: appName ?? undefined } };
    }
    case 'sharegpt': {
      const { target_dataset: path, url, max_sessions: maxSessions, max_turns: maxTurns, count } = sections.sharegpt;
      return { kind: 'sharegpt', options: { path, maxSessions, maxTurns }, url: url ?? undefined, count };
    }
    case 'client_trace': {
      const { trace, count } = sections.client_trace;
      return { kind: 'client_trace', options: { path: given(trace) }, count };
    }
    case 'messages': {
      const { path, form, count } = sections.messages;
      return { kind: 'messages', options: { path: given(path), form }, count };
    }
    case 'csv': {
      const { path, columns, delimiter, count } = sections.csv;
      return { kind: 'table', options: tableOptions({ path: given(path), columns, delimiter }), count };
    }
    case 'jsonl': {
      const { path, columns, count } = sections.jsonl;
      const options: TableOptions = { path: given(path), format: 'jsonl', columns: parsedColumns(columns) };
      return { kind: 'table', options, count };
    }
  }
};
