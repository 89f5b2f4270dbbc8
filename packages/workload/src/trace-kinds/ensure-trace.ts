import { stat } from 'node:fs/promises';
import type { Clock } from '@aibrix/core/clock';
import { type DownloadedFile, type DownloadProgress, downloadFile } from '@aibrix/core/download';
import { BenchmarkError } from '@aibrix/core/errors';
import { compressionOf, STDIO } from '@aibrix/core/files';

/** Public traces, by kind and name, and where their publishers have them. */
const URLS = {
  azure: {
    conv: 'https://raw.githubusercontent.com/Azure/AzurePublicDataset/master/data/AzureLLMInferenceTrace_conv.csv',
    code: 'https://raw.githubusercontent.com/Azure/AzurePublicDataset/master/data/AzureLLMInferenceTrace_code.csv',
  },
  mooncake: {
    conversation:
      'https://raw.githubusercontent.com/kvcache-ai/Mooncake/main/FAST25-release/traces/conversation_trace.jsonl',
    synthetic: 'https://raw.githubusercontent.com/kvcache-ai/Mooncake/main/FAST25-release/traces/synthetic_trace.jsonl',
    toolagent: 'https://raw.githubusercontent.com/kvcache-ai/Mooncake/main/FAST25-release/traces/toolagent_trace.jsonl',
  },
} as const;

/** Kinds of traces that can be downloaded. */
export type DownloadableTrace = keyof typeof URLS;

/** Names of the traces of each kind. */
export const TRACE_NAMES: { [Kind in DownloadableTrace]: readonly (keyof (typeof URLS)[Kind] & string)[] } = {
  azure: ['conv', 'code'],
  mooncake: ['conversation', 'synthetic', 'toolagent'],
};

export interface EnsureTraceOptions {
  kind: DownloadableTrace;
  /** Which of the kind's traces; one of `TRACE_NAMES`. */
  trace: string;
  /** Where the file is, or is to be. */
  path: string;
  /** Where it is downloaded from. Default: the publisher's repository. */
  url?: string | undefined;
  /** Ends the download; what has arrived is kept for the next one. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Measures the waits between tries. Default: the machine's clock. */
  clock?: Clock | undefined;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Downloads a public trace when it is not there.
 *
 * @returns what was downloaded; `undefined` when the file was there
 * @throws BenchmarkError as `downloadFile` does; `usage` for an unknown trace, or a name that ends otherwise than what is
 *   downloaded
 */
export const ensureTrace = async (options: EnsureTraceOptions): Promise<DownloadedFile | undefined> => {
  const { kind, trace, path, signal, onProgress, clock } = options;
  if (path === STDIO || (await isThere(path))) return undefined;
  const urls: Readonly<Record<string, string>> = URLS[kind];
  const url = options.url ?? (Object.hasOwn(urls, trace) ? urls[trace] : undefined);
  if (url === undefined) {
    throw new BenchmarkError('usage', `there is no ${kind} trace "${trace}"`, {
      hint: `It may be ${TRACE_NAMES[kind].join(', ')}.`,
    });
  }
  if (URL.canParse(url) && compressionOf(path) !== compressionOf(new URL(url).pathname)) {
    throw new BenchmarkError('usage', `${path} would be read as compressed in another way than what is downloaded`, {
      hint: 'Give both names the same ending.',
    });
  }
  return downloadFile({
    url,
    path,
    signal,
    onProgress,
    clock,
    hint: 'A file that you bring yourself is taken as it is.',
  });
};
