import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A request as the server got it. */
interface SeenRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: {
    model: string;
    messages: { role: string; content: string }[];
    stream: boolean;
    [field: string]: unknown;
  };
  /** When it arrived, in epoch milliseconds. */
  arrivedMs: number;
}

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  /** Chat requests in order of arrival, without the one that is sent before load. */
  seen: SeenRequest[];
  /** That one, of each run. */
  preflights: SeenRequest[];
  /** Connections that were ever open. */
  connections: Set<Socket>;
}

export type Script = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

const now = (): number => performance.timeOrigin + performance.now();

const isPreflight = ({ body }: SeenRequest): boolean => String(body.cache_salt ?? '').startsWith('aibrix-preflight');

/** Events of the answer of an API, a token a word. */
const eventsOf = (path: string, words: string[], prompt: number): string[] => {
  if (path === '/v1/responses') {
    const deltas = words.map((text) => sse({ type: 'response.output_text.delta', delta: text }));
    const counts = { input_tokens: prompt, output_tokens: words.length, total_tokens: prompt + words.length };
    return [...deltas, sse({ type: 'response.completed', response: { status: 'completed', usage: counts } })];
  }
  const isChat = path === '/v1/chat/completions';
  const tokens = words.map((text) => (isChat ? delta(text) : sse({ choices: [{ text, finish_reason: null }] })));
  return [...tokens, finish, usage(prompt, words.length), DONE];
};

/** As a faultless server answers: a token a word, and as many as it is asked for. */
const answerPreflight: Script = (response, { path, body }) => {
  const text = body.messages?.map(({ content }) => content).join(' ') ?? String(body.prompt ?? body.input ?? '');
  const prompt = text.split(/\s+/).length;
  const words: string[] = Array(Number(body.max_tokens ?? body.max_output_tokens ?? 1)).fill('a');
  if (body.stream) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(eventsOf(path, words, prompt).join(''));
    return;
  }
  const counts = { prompt_tokens: prompt, completion_tokens: words.length, total_tokens: prompt + words.length };
  const whole =
    path === '/v1/embeddings'
      ? { data: [{ embedding: [1] }], usage: { prompt_tokens: prompt } }
      : { choices: [{ message: { content: words.join(' ') }, text: words.join(' ') }], usage: counts };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
};

/** A real HTTP server whose answers a test writes itself. */
export const startScriptedServer = async (
  script: Script,
  options: {
    models?: (response: ServerResponse) => void;
    preflight?: Script;
    port?: number;
    /** A server of another kind, and how its URL begins. Default: plain HTTP/1.1. */
    kind?: { create: (listener: RequestListener) => Server; scheme: 'http' | 'https' };
    /** Any other path. */
    other?: (response: ServerResponse, path: string) => boolean;
  } = {},
): Promise<ScriptedServer> => {
  const seen: SeenRequest[] = [];
  const preflights: SeenRequest[] = [];
  const connections = new Set<Socket>();
  const create = options.kind?.create ?? createServer;
  const server = create(async (incoming, response) => {
    const arrivedMs = now();
    if (options.other?.(response, incoming.url ?? '')) return;
    if (incoming.url === '/v1/models') {
      if (options.models) options.models(response);
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[{"id":"m"}]}');
      return;
    }
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const request: SeenRequest = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: JSON.parse(Buffer.concat(pieces).toString()) as SeenRequest['body'],
      arrivedMs,
    };
    response.on('error', () => {});
    if (isPreflight(request)) {
      preflights.push(request);
      await (options.preflight ?? answerPreflight)(response, request);
      return;
    }
    seen.push(request);
    await script(response, request);
  });
  server.on('connection', (socket: Socket) => connections.add(socket));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${options.kind?.scheme ?? 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    preflights,
    connections,
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const sse = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export const delta = (content: string, more: object = {}): string =>
  sse({ choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more });

export const finish: string = sse({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

export const usage = (prompt: number, completion: number): string =>
  sse({
    choices: [],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  });

export const DONE = 'data: [DONE]\n\n';

/** A whole, correct answer of these words, one chunk each. */
export const answer = (words: string[]): string =>
  [delta(''), ...words.map((word) => delta(word)), finish, usage(3, words.length), DONE].join('');

/** Answers every request with these words at once. */
export const saying =
  (...words: string[]): Script =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer(words));
  };

/** A port of this machine on which nothing listens. */
export const closedPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
