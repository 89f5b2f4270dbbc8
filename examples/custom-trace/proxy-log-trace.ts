// A trace reader of your own: the log of a proxy in front of a model server, a JSON object a line. Whatever has times and
// tokens can be replayed like this; here each request also says which documents its prompt was made of, so that the
// replay shares what the real prompts shared.
import { BenchmarkError } from '@aibrix/core/errors';
import { readJsonlRecords } from '@aibrix/core/jsonl';
import type { Manifest } from '@aibrix/schema';
import { createPromptSource, loadTokenizer } from '@aibrix/synthesis';
import { rowsTrace, type TraceReader, type TraceRow, traceWorkload, writeWorkloadFile } from '@aibrix/workload';

/** Tokens of each document in the proxy's prompts. */
const DOCUMENT_TOKENS = 256;

/** A line of the log. */
interface LogLine {
  at: string;
  documents: string[];
  tokens_in: number;
  tokens_out: number;
  route: string;
}

/** Numbers for names, in the order in which they come. */
const createNumbering = (): ((name: string) => number) => {
  const numbers = new Map<string, number>();
  return (name) => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  };
};

const rowsOf = async function* (path: string): AsyncGenerator<TraceRow> {
  const numberOf = createNumbering();
  let startMs: number | undefined;
  for await (const { value, location } of readJsonlRecords<LogLine>(path)) {
    const atMs = Date.parse(value.at);
    if (Number.isNaN(atMs)) {
      throw new BenchmarkError('input', `at is "${value.at}"`, { location, hint: 'It must be an ISO time.' });
    }
    startMs ??= atMs;
    yield {
      timeMs: atMs - startMs,
      inputTokens: value.tokens_in,
      outputTokens: value.tokens_out,
      blocks: value.documents.map(numberOf),
      tags: { route: value.route },
    };
  }
};

/** Reads the log of the proxy, from its first line each time. `rowsTrace` checks that it is in order of time. */
const proxyLogTrace = (path: string): TraceReader =>
  rowsTrace({ [Symbol.asyncIterator]: () => rowsOf(path) }, { name: path, blockTokens: DOCUMENT_TOKENS });

/** Replays a log at half its rate, with prompts of exactly its tokens. */
export const replayLog = async (logPath: string, workloadPath: string): Promise<Manifest> => {
  const source = createPromptSource(await loadTokenizer('o200k_base'), { seed: 42 });
  const workload = traceWorkload(proxyLogTrace(logPath), { lengthMode: 'exact', timeScale: 2 }, { source });
  return writeWorkloadFile(workloadPath, workload);
};
