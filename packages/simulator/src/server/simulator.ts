import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BenchmarkError } from '@aibrix/core/errors';
import type { AnswerService } from '../completion/answer-service.js';
import { loadPromptReader } from '../completion/prompt-reader.js';
import { createTokenText } from '../completion/token-text.js';
import { createTokenizeService, type TokenizeService } from '../completion/tokenize-service.js';
import type { EngineStats } from '../engine/engine.js';
import { type AnswerEndpointOptions, createAnswerEndpoint } from './answer-endpoint.js';
import { createAnswerServices } from './answer-services.js';
import { createAuthorization } from './authorization.js';
import { createDeployment, type Deployment } from './deployment.js';
import type { Exchange } from './exchange.js';
import { createHttpApi, type Route } from './http-api.js';
import { createJsonEndpoint } from './json-endpoint.js';
import { loraEndpoints } from './lora-endpoints.js';
import { type PodStats, podStatsOf } from './pod-stats.js';
import { ServedModels } from './served-models.js';
import { type ResolvedOptions, resolveOptions, type SimulatorOptions } from './simulator-options.js';
import { type RequestCounts, Tally } from './tally.js';
import { openTruthLog } from './truth-log.js';

/** Connections that may wait to be accepted: a burst of new ones is not refused. */
const BACKLOG = 4_096;

/** What the engine is doing, and how many requests for answers there have been. */
export interface SimulatorStats extends EngineStats, RequestCounts {
  /** The same of each replica, in the order of their numbers; the figures above are their sums. */
  pods: PodStats[];
}

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

/** What the server serves. */
interface Services {
  /** What answers, by its path. */
  answers: Readonly<Record<string, AnswerService>>;
  tokenize: TokenizeService;
  models: ServedModels;
  deployment: Deployment;
}

const routesOf = (
  { apiKey, maxBodyBytes, clock }: ResolvedOptions,
  { answers, tokenize, models, deployment }: Services,
  onAnswer: Pick<AnswerEndpointOptions, 'onArrival' | 'onEnd'>,
): Route[] => {
  const authorize = createAuthorization(apiKey);
  const { fleet, gateway, metrics, faults } = deployment;
  const shared = {
    authorize,
    maxBodyBytes,
    pause: () => clock.sleepUntil(clock.now()),
    meetFaults: (exchange: Exchange) => faults.meet(exchange),
    admit: (exchange: Exchange, body: string) => gateway.admit(exchange, body),
    ...onAnswer,
  };
  return [
    ...Object.entries(answers).map(
      ([path, service]): Route => ({ method: 'POST', path, serve: createAnswerEndpoint({ service, ...shared }) }),
    ),
    { method: 'POST', path: '/tokenize', serve: createJsonEndpoint(tokenize.tokenize, maxBodyBytes) },
    { method: 'POST', path: '/detokenize', serve: createJsonEndpoint(tokenize.detokenize, maxBodyBytes) },
    {
      method: 'GET',
      path: '/v1/models',
      serve: (exchange) => {
        authorize(exchange.request.headers.authorization);
        exchange.send(200, { 'content-type': 'application/json' }, models.list());
      },
    },
    ...loraEndpoints({ models, authorize, maxBodyBytes }),
    {
      method: 'GET',
      path: '/metrics',
      serve: async (exchange) => {
        exchange.send(200, { 'content-type': metrics.contentType }, await metrics.text(fleet.replicas));
      },
    },
    {
      method: 'POST',
      path: '/reset_prefix_cache',
      serve: (exchange) => {
        fleet.engine.resetPrefixCache();
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
  const { clock, profile, seed, host, port, loras } = resolved;
  const { maxModelLen } = profile;
  const reader = await loadPromptReader(resolved);
  const tally = new Tally();
  const truthLog = await openTruthLog(resolved.truthLog);
  const models = new ServedModels({ models: resolved.models, loras, maxModelLen, createdMs: clock.now() });
  const deployment = createDeployment(resolved, models);
  const { fleet, gateway } = deployment;
  const { engine, replicas } = fleet;
  const { names } = models;
  const answers = createAnswerServices({ reader, engine, models: names, seed, now: clock.now });
  const textOf = createTokenText(reader.tokenizer);
  const tokenize = createTokenizeService({ ...reader, textOf, models: names, maxModelLen });
  const services = { answers, tokenize, models, deployment };
  const routes = routesOf(resolved, services, {
    onArrival: () => tally.arrived(),
    onEnd: (truth) => {
      const { request_id, prompt_tokens, output_tokens, status } = truth;
      tally.ended(status);
      truthLog.write(truth);
      gateway.ended(request_id, { promptTokens: prompt_tokens ?? 0, outputTokens: output_tokens });
    },
  });
  const server = createHttpApi({ clock, routes, notBefore: deployment.notBefore });
  let address: AddressInfo;
  try {
    address = await listen(server, host, port);
  } catch (error) {
    deployment.close();
    await truthLog.close();
    throw error;
  }
  const close = async (): Promise<void> => {
    deployment.close();
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
    stats: () => ({ ...engine.stats(), ...tally.counts, pods: replicas.map(podStatsOf) }),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
