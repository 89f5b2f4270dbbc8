// One client against a server, in a process of its own: sends `requests` requests, `concurrency` at once, and prints what it
// took as JSON.
//   node contenders.mjs bare|aibrix|ky|openai <endpoint> <requests> <concurrency> <workload file> <results file>
import { stat } from 'node:fs/promises';

const [name, endpoint, requestsText, concurrencyText, workloadFile, resultsFile] = process.argv.slice(2);
const REQUESTS = Number(requestsText);
const CONCURRENCY = Number(concurrencyText);
/** Sent before the measurement begins, so that all code is compiled. */
const WARM_UP = 1500;

const PROMPT = 'word '.repeat(100);
const bodyOf = () => ({
  model: 'reference',
  messages: [{ role: 'user', content: PROMPT }],
  temperature: 0,
  max_tokens: 64,
  min_tokens: 64,
  stream: true,
  stream_options: { include_usage: true },
});

/** Keeps `CONCURRENCY` calls of `send` under way until `total` have ended. */
const closedLoop = async (total, send) => {
  let started = 0;
  const user = async () => {
    while (started < total) {
      started++;
      await send();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, user));
};

const timed = async (send) => {
  await closedLoop(WARM_UP, send);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await closedLoop(REQUESTS, send);
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { requests: REQUESTS, seconds, cpuSeconds: (user + system) / 1e6 };
};

const CONTENDERS = {
  /** The floor: dispatch, an event-stream parser, JSON.parse; nothing is measured, kept or written. */
  async bare() {
    const { Pool } = await import('undici');
    const { createParser } = await import('eventsource-parser');
    const pool = new Pool(endpoint, { connections: CONCURRENCY, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
    const body = Buffer.from(JSON.stringify(bodyOf()));
    const headers = { 'content-type': 'application/json' };
    let chunks = 0;
    let reads = 0;
    const onEvent = ({ data }) => {
      if (data === '[DONE]') return;
      const { choices } = JSON.parse(data);
      if (choices[0]?.delta.content) chunks++;
    };
    const send = () =>
      new Promise((resolve, reject) => {
        const decoder = new TextDecoder();
        const parser = createParser({ onEvent });
        pool.dispatch(
          { path: '/v1/chat/completions', method: 'POST', headers, body },
          {
            onRequestStart() {},
            onResponseStart() {},
            onResponseData(_, bytes) {
              reads++;
              parser.feed(decoder.decode(bytes, { stream: true }));
            },
            onResponseEnd: resolve,
            onResponseError: (_, error) => reject(error),
          },
        );
      });
    const result = await timed(send);
    await pool.destroy();
    return { ...result, chunksPerRead: chunks / reads };
  },

  async ky() {
    const { default: ky } = await import('ky');
    const { EventSourceParserStream } = await import('eventsource-parser/stream');
    const send = async () => {
      const response = await ky.post(`${endpoint}/v1/chat/completions`, { json: bodyOf(), retry: 0, timeout: false });
      const events = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { data } of events) if (data !== '[DONE]') JSON.parse(data);
    };
    return timed(send);
  },

  async openai() {
    const { default: OpenAI } = await import('openai');
    const client = new OpenAI({ baseURL: `${endpoint}/v1`, apiKey: 'none', maxRetries: 0 });
    const send = async () => {
      const stream = await client.chat.completions.create(bodyOf());
      for await (const _ of stream);
    };
    return timed(send);
  },

  /** The whole client: a workload from a file, every clock and text recorded, results written to disk. */
  async aibrix() {
    const { recordRun, runWorkload } = await import('@aibrix/client');
    let cpu = process.cpuUsage();
    const run = runWorkload(workloadFile, { endpoint, model: 'reference', pacing: 'asap', concurrency: CONCURRENCY });
    run.started.then(() => {
      cpu = process.cpuUsage();
    });
    const record = await recordRun(run, resultsFile);
    const { user, system } = process.cpuUsage(cpu);
    if (record.counts.succeeded !== REQUESTS) throw new Error(`${record.counts.succeeded} of ${REQUESTS} succeeded`);
    return {
      requests: REQUESTS,
      seconds: record.end_time - record.start_time,
      cpuSeconds: (user + system) / 1e6,
      resultBytes: (await stat(resultsFile)).size,
    };
  },
};

console.log(JSON.stringify(await CONTENDERS[name]()));
process.exit();
