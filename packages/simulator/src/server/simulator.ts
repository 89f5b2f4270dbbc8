import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BenchmarkError } from '@aibrix/core/errors';
import type { ChatService } from '../completion/chat-service.js';
import { loadPromptReader } from '../completion/prompt-reader.js';
import { createTokenText } from '../completion/token-text.js';
import { createTokenizeService, type TokenizeService } from '../completion/tokenize-service.js';
import { createEngine, type Engine, type EngineStats } from '../engine/engine.js';
import { createAnswerServices } from './answer-services.js';
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

/** What the engine is doing, and how many chat completions there have been. */
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
  { engine, answers, tokenize }: { engine: Engine; answers: Record<string, ChatService>; tokenize: TokenizeService },
  onChat: { onArrival: () => void; onEnd: (truth: TruthRecord) => void },
): Route[] => {
  const authorize = createAuthorization(apiKey);
  const pause = (): Promise<void> => clock.sleepUntil(clock.now());
  // Where every name is served the list is empty: one that names a model would say that others are not there.
  const list = modelList(models ?? [], profile.maxModelLen, clock.now());
  return [
    ...Object.entries(answers).map(
      ([path, chat]): Route => ({
        method: 'POST',
        path,
        serve: createChatEndpoint({ chat, authorize, maxBodyBytes, pause, ...onChat }),
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
    {
      method: 'POST',
      path: '/reset_prefix_cache',
      serve: (exchange) => {
        engine.resetPrefixCache();
        exchange.send(200, {}, '');
      },
    },
    { method: 'GET', path: '/health', serve: (exchange) => exchange.send(200, {}, '') },
  ];
};

/**
 * Starts an OpenAI-compatible server over a simulated engine. It listens when the promise resolves.
 *
 * @throws BenchmarkError `usage` for wrong options or a port that is taken; `tokenizer` when that cannot be loaded;
 *   `output` when the truth log cannot be opened
 */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const resolved = resolveOptions(options);
  const { clock, profile, seed, models, host, port } = resolved;
  const reader = await loadPromptReader(resolved);
  const engine = createEngine({ clock, profile, seed });
  const answers = createAnswerServices({ reader, engine, models, seed, now: clock.now });
  const textOf = createTokenText(reader.tokenizer);
  const tokenize = createTokenizeService({ ...reader, textOf, models, maxModelLen: profile.maxModelLen });
  const tally = new Tally();
  const truthLog = await openTruthLog(resolved.truthLog);
  const routes = routesOf(
    resolved,
    { engine, answers, tokenize },
    {
      onArrival: () => tally.arrived(),
      onEnd: (truth) => {
        tally.ended(truth.status);
        truthLog.write(truth);
      },
    },
  );
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
