import { BenchmarkError } from '@aibrix/core/errors';
import { codeOf } from '../exchange/failure.js';
import type { RunOptions } from '../options.js';
import { asObject } from '../protocol/answer.js';
import { connectionHint } from '../transport/connection-hint.js';
import type { Transport } from '../transport/transport.js';
import { ask, type Reply } from './ask.js';

export interface CheckModelsOptions extends Pick<RunOptions, 'model' | 'apiKey' | 'headers'> {
  /** As `normaliseEndpoint` gives it; for messages. */
  endpoint: string;
  transport: Transport;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;

const askForModels = async ({ endpoint, transport, apiKey, headers, signal }: CheckModelsOptions): Promise<Reply> => {
  try {
    return await ask(
      transport,
      {
        method: 'GET',
        path: '/v1/models',
        headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...headers },
        body: new Uint8Array(),
      },
      { timeoutMs: TIMEOUT_MS, signal },
    );
  } catch (cause) {
    signal?.throwIfAborted();
    const code = codeOf(cause);
    const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
    throw new BenchmarkError('endpoint', `no server answers at ${endpoint} (${reason})`, {
      cause,
      hint: connectionHint(code),
    });
  }
};

/** @throws BenchmarkError `endpoint` when the status means that the key is refused */
export const refuseWithoutAccess = (endpoint: string, status: number | null, hasApiKey: boolean): void => {
  if (status !== 401 && status !== 403) return;
  throw new BenchmarkError('endpoint', `${endpoint} refuses access (HTTP ${status})`, {
    hint: hasApiKey ? 'The API key is not accepted.' : 'Set an API key (api_key, --api-key or API_KEY).',
  });
};

const modelIds = (text: string): string[] | null => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  const models = asObject(body)?.data;
  if (!Array.isArray(models)) return null;
  return models.map((model) => asObject(model)?.id).filter((id) => typeof id === 'string');
};

/**
 * Asks the server for its models.
 *
 * @returns what is odd, in words; empty when all is well
 * @throws BenchmarkError `endpoint` when nothing answers, or when the key is refused
 */
export const checkModels = async (options: CheckModelsOptions): Promise<string[]> => {
  const { endpoint, model, apiKey } = options;
  const { status, body } = await askForModels(options);
  refuseWithoutAccess(endpoint, status, Boolean(apiKey));
  if (status < 200 || status >= 300) {
    return [`GET /v1/models answered HTTP ${status}, so the model "${model}" was not checked`];
  }
  const ids = modelIds(body);
  if (!ids) return [`GET /v1/models answered no list of models, so the model "${model}" was not checked`];
  // A simulator or gateway that serves any name lists none.
  if (ids.length === 0 || ids.includes(model)) return [];
  return [`the server does not list the model "${model}"; it has: ${ids.slice(0, 10).join(', ')}`];
};
