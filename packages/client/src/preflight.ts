import { BenchmarkError } from '@aibrix/core/errors';
import ky, { type KyResponse } from 'ky';
import { codeOf } from './exchange/failure.js';
import { asObject } from './protocol/answer.js';
import { createRedaction } from './redaction.js';

export interface PreflightOptions {
  endpoint: string;
  model: string;
  apiKey?: string | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Treat anything odd as an error. */
  isStrict: boolean;
  fetch?: typeof globalThis.fetch | undefined;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 10_000;

/** Some ports `fetch` connects to never, whatever listens there; the client itself does. */
const isBlockedPort = (error: unknown): boolean => {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message === 'bad port') return true;
  }
  return false;
};

const askForModels = async (options: PreflightOptions): Promise<KyResponse | null> => {
  const { endpoint, apiKey, signal } = options;
  try {
    return await ky.get(`${endpoint}/v1/models`, {
      headers: { ...(apiKey && { authorization: `Bearer ${apiKey}` }), ...options.headers },
      retry: 0,
      // The deadline is of the whole answer; the timeout of ky ends with its headers.
      timeout: false,
      throwHttpErrors: false,
      // A redirect could lead the key to another server.
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
      ...(options.fetch && { fetch: options.fetch }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    if (isBlockedPort(cause)) return null;
    throw new BenchmarkError('endpoint', `no server answers at ${endpoint} (${codeOf(cause) ?? String(cause)})`, {
      cause,
      hint: 'Check the address and that the server is up; `aibrix simulate` starts one to try with.',
    });
  }
};

const modelIds = async (response: KyResponse): Promise<string[] | null> => {
  const body = asObject(await response.json().catch(() => null));
  const models = body?.data;
  if (!Array.isArray(models)) return null;
  return models.map((model) => asObject(model)?.id).filter((id) => typeof id === 'string');
};

/**
 * A server may repeat the key in what it says.
 *
 * @throws BenchmarkError `endpoint` for anything odd when strict
 */
const report = (odd: string[], options: PreflightOptions): string[] => {
  const { isStrict } = options;
  const { message } = createRedaction(options);
  const warnings = odd.map(message);
  if (isStrict && warnings.length > 0) throw new BenchmarkError('endpoint', warnings.join('; '));
  return warnings;
};

/**
 * Asks the server for its models before load begins.
 *
 * @returns what is odd, in words; empty when all is well
 * @throws BenchmarkError `endpoint` when nothing answers, when the key is refused, or for anything odd when strict
 */
export const preflight = async (options: PreflightOptions): Promise<string[]> => {
  const response = await askForModels(options);
  if (!response)
    return report(['the port is one that fetch refuses, so the server was not asked for its models'], options);
  if (response.status === 401 || response.status === 403) {
    await response.body?.cancel();
    throw new BenchmarkError('endpoint', `${options.endpoint} refuses access (HTTP ${response.status})`, {
      hint: options.apiKey ? 'The API key is not accepted.' : 'Set an API key (api_key, --api-key or API_KEY).',
    });
  }
  const warnings: string[] = [];
  if (!response.ok) {
    await response.body?.cancel();
    warnings.push(`GET /v1/models answered HTTP ${response.status}, so the model "${options.model}" was not checked`);
  } else {
    const ids = await modelIds(response);
    if (!ids)
      warnings.push(`GET /v1/models answered no list of models, so the model "${options.model}" was not checked`);
    // A simulator or gateway that serves any name lists none.
    if (ids && ids.length > 0 && !ids.includes(options.model)) {
      warnings.push(`the server does not list the model "${options.model}"; it has: ${ids.slice(0, 10).join(', ')}`);
    }
  }
  return report(warnings, options);
};
