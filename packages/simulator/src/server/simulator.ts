import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BenchmarkError } from '@aibrix/core/errors';
import { loadChatTemplate, loadTokenizer, type Tokenizer } from '@aibrix/synthesis';
import { type ChatService, createChatService } from '../completion/chat-service.js';
import { type CountPrompt, countRendered, countTexts } from '../completion/prompt-counter.js';
import type { EngineStats } from '../engine/engine.js';
import type { EndReason } from '../metrics/engine-metrics.js';
import { createAuthorization } from './authorization.js';
import { type ChatEndpointOptions, createChatEndpoint } from './chat-endpoint.js';
import { createDeployment, type Deployment } from './deployment.js';
import { CONNECTION_CLOSED, type Exchange } from './exchange.js';
import { createHttpApi, type Route } from './http-api.js';
import { loraEndpoints } from './lora-endpoints.js';
import { type PodStats, podStatsOf } from './pod-stats.js';
import { ServedModels } from './served-models.js';
import { type ResolvedOptions, resolveOptions, type SimulatorOptions } from './simulator-options.js';
import { type RequestCounts, Tally } from './tally.js';
import { openTruthLog } from './truth-log.js';

/** Connections that may wait to be accepted: a burst of new ones is not refused. */
const BACKLOG = 4_096;

/** What the engine is doing, and how many chat completions there have been. */
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

const routesOf = (
  { apiKey, maxBodyBytes }: ResolvedOptions,
  { chat, models, deployment }: { chat: ChatService; models: ServedModels; deployment: Deployment },
  onChat: Pick<ChatEndpointOptions, 'onArrival' | 'onEnd'>,
): Route[] => {
  const authorize = createAuthorization(apiKey);
  const { fleet, gateway, metrics, faults } = deployment;
  const meetFaults = (exchange: Exchange): boolean => faults.meet(exchange);
  const admit = (exchange: Exchange, body: string): void => gateway.admit(exchange, body);
  return [
    {
      method: 'POST',
      path: '/v1/chat/completions',
      serve: createChatEndpoint({ chat, authorize, maxBodyBytes, meetFaults, admit, ...onChat }),
    },
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
    { method: 'GET', path: '/health', serve: (exchange) => exchange.send(200, {}, '') },
  ];
};

const endReason = (status: number, planned: EndReason): EndReason => (status === CONNECTION_CLOSED ? 'abort' : planned);

const promptCounter = async (options: ResolvedOptions, tokenizer: Tokenizer): Promise<CountPrompt> => {
  if (options.countMode === 'prompt') return countTexts(tokenizer);
  const template = await loadChatTemplate(options.tokenizer, { file: options.chatTemplate });
  if (template) return countRendered(tokenizer, template);
  throw new BenchmarkError('usage', `${options.tokenizer} has no chat template to count with`, {
    hint: 'Name a file with one, or count without.',
  });
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
  const tokenizer = await loadTokenizer(resolved.tokenizer);
  const countPrompt = await promptCounter(resolved, tokenizer);
  const tally = new Tally();
  const truthLog = await openTruthLog(resolved.truthLog);
  const createdMs = clock.now();
  const models = new ServedModels({ models: resolved.models, loras, maxModelLen: profile.maxModelLen, createdMs });
  const deployment = createDeployment(resolved, models);
  const { fleet, gateway, metrics } = deployment;
  const { engine, replicas } = fleet;
  const chat = createChatService({ engine, tokenizer, countPrompt, models: models.names, seed, now: clock.now });
  const routes = routesOf(
    resolved,
    { chat, models, deployment },
    {
      onArrival: () => tally.arrived(),
      onEnd: (truth, planned) => {
        const { request_id, prompt_tokens, output_tokens, status, pod } = truth;
        tally.ended(status);
        truthLog.write(truth);
        gateway.ended(request_id, { promptTokens: prompt_tokens ?? 0, outputTokens: output_tokens });
        if (planned)
          metrics.ended(
            Math.max(
              0,
              replicas.findIndex((one) => one.pod.name === pod),
            ),
            endReason(status, planned),
          );
      },
    },
  );
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
