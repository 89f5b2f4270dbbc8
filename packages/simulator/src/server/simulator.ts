import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BenchmarkError } from '@aibrix/core/errors';
import { type ChatTemplate, loadChatTemplate, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { chatApi } from '../completion/chat-api.js';
import { type ChatService, createChatService } from '../completion/chat-service.js';
import { completionsApi } from '../completion/completions-api.js';
import { createEmbeddingService } from '../completion/embedding-service.js';
import { countRendered, countTexts } from '../completion/prompt-counter.js';
import { responsesApi } from '../completion/responses-api.js';
import { createTokenText } from '../completion/token-text.js';
import { createTokenizeService, type TokenizeService } from '../completion/tokenize-service.js';
import { createEngine, type Engine, type EngineStats } from '../engine/engine.js';
import { createAuthorization } from './authorization.js';
import { createChatEndpoint } from './chat-endpoint.js';
import { createHttpApi, type Route } from './http-api.js';
import { createJsonEndpoint } from './json-endpoint.js';
import { modelList } from './model-list.js';
import { type ResolvedOptions, resolveOptions, type SimulatorOptions } from './simulator-options.js';
import { type RequestCounts, Tally } from './tally.js';
import { openTruthLog, type TruthRecord } from './truth-log.js';

/** Connections that may wait to be accepted: a burst of new ones is not refused. */
const BACKLOG = 4_096;

/** What the engine is doing, and how many requests for answers there have been. */
export interface SimulatorStats extends EngineStats, RequestCounts {}

export interface Simulator {
  /** Base URL without `/v1`, such as `http://127.0.0.1:8888`. */
  readonly url: string;
  readonly port: number;
  stats(): SimulatorStats;
  /**
   * Ends every request and connection at once, and frees the port. Calling it again waits for the same end.
   *
   * @throws BenchmarkError `output` when some of the truth log could not be written
   */
  close(): Promise<void>;
}

const listen = async (server: Server, host: string, port: number): Promise<AddressInfo> => {
  server.listen({ host, port, backlog: BACKLOG });
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new BenchmarkError('usage', `port ${port} of ${host} is in use`, {
        cause,
        hint: 'Stop what listens there, or choose another port; 0 takes any free one.',
      });
    }
    throw new BenchmarkError('usage', `cannot listen on ${host} port ${port}: ${message}`, { cause });
  }
  return server.address() as AddressInfo;
};

const urlOf = ({ address, port, family }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

const routesOf = (
  { models, profile, clock, apiKey, maxBodyBytes }: ResolvedOptions,
  services: Services,
  onChat: { onArrival: () => void; onEnd: (truth: TruthRecord) => void },
): Route[] => {
  const { answers, tokenize } = services;
  const authorize = createAuthorization(apiKey);
  // Where every name is served the list is empty: one that names a model would say that others are not there.
  const list = modelList(models ?? [], profile.maxModelLen, clock.now());
  return [
    ...Object.entries(answers).map(
      ([path, chat]): Route => ({
        method: 'POST',
        path,
        serve: createChatEndpoint({ chat, authorize, maxBodyBytes, ...onChat }),
      }),
    ),
    { method: 'POST', path: '/tokenize', serve: createJsonEndpoint(tokenize.tokenize, maxBodyBytes) },
    { method: 'POST', path: '/detokenize', serve: createJsonEndpoint(tokenize.detokenize, maxBodyBytes) },
    {
      method: 'GET',
      path: '/v1/models',
      serve: (exchange) => {
        authorize(exchange.request.headers.authorization);
        exchange.send(200, { 'content-type': 'application/json' }, list);
      },
    },
    { method: 'GET', path: '/health', serve: (exchange) => exchange.send(200, {}, '') },
  ];
};

/** What renders messages where that is counted; null where each text is counted on its own. */
const countedTemplate = async (options: ResolvedOptions): Promise<ChatTemplate | null> => {
  if (options.countMode === 'prompt') return null;
  const template = await loadChatTemplate(options.tokenizer, { file: options.chatTemplate });
  if (template) return template;
  throw new BenchmarkError('usage', `${options.tokenizer} has no chat template to count with`, {
    hint: 'Name a file with one, or count without.',
  });
};

interface Services {
  /** What answers at each path. */
  answers: Readonly<Record<string, ChatService>>;
  tokenize: TokenizeService;
}

const createServices = (
  { models, seed, clock, profile: { maxModelLen } }: ResolvedOptions,
  { engine, tokenizer, template }: { engine: Engine; tokenizer: Tokenizer; template: ChatTemplate | null },
): Services => {
  const textOf = createTokenText(tokenizer);
  const countPrompt = template ? countRendered(tokenizer, template) : countTexts(tokenizer);
  const shared = { engine, tokenizer, countPrompt, models, seed, now: clock.now };
  return {
    answers: {
      '/v1/chat/completions': createChatService({ ...shared, api: chatApi }),
      '/v1/completions': createChatService({ ...shared, api: completionsApi(textOf) }),
      '/v1/responses': createChatService({ ...shared, api: responsesApi }),
      '/v1/embeddings': createEmbeddingService({ ...shared, textOf }),
    },
    tokenize: createTokenizeService({ tokenizer, template, textOf, models, maxModelLen }),
  };
};

/**
 * Starts an OpenAI-compatible server over a simulated engine. It listens when the promise resolves.
 *
 * @throws BenchmarkError `usage` for wrong options or a port that is taken; `tokenizer` when that cannot be loaded;
 *   `output` when the truth log cannot be opened
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const resolved = resolveOptions(options);
  const { clock, profile, seed, host, port } = resolved;
  const tokenizer = await loadTokenizer(resolved.tokenizer);
  const engine = createEngine({ clock, profile, seed });
  const template = await countedTemplate(resolved);
  const services = createServices(resolved, { engine, tokenizer, template });
  const tally = new Tally();
  const truthLog = await openTruthLog(resolved.truthLog);
  const routes = routesOf(resolved, services, {
    onArrival: () => tally.arrived(),
    onEnd: (truth) => {
      tally.ended(truth.status);
      truthLog.write(truth);
    },
  });
  const server = createHttpApi(clock, routes);
  let address: AddressInfo;
  try {
    address = await listen(server, host, port);
  } catch (error) {
    await truthLog.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await truthLog.close();
  };
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(address),
    port: address.port,
    stats: () => ({ ...engine.stats(), ...tally.counts }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
