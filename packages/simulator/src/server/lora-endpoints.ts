import { badRequest } from '../completion/api-error.js';
import type { Exchange } from './exchange.js';
import type { Route } from './http-api.js';
import { readBody } from './read-body.js';
import type { ServedModels } from './served-models.js';

export interface LoraEndpointsOptions {
  models: ServedModels;
  authorize: (header: string | undefined) => void;
  maxBodyBytes: number;
}

interface AdapterRequest {
  lora_name?: unknown;
  lora_path?: unknown;
}

const parse = (json: string): AdapterRequest => {
  let body: unknown;
  try {
    body = JSON.parse(json);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
  if (typeof body !== 'object' || body === null) throw badRequest('The body must be a JSON object.');
  return body;
};

/** `POST /v1/load_lora_adapter` and `/v1/unload_lora_adapter`, as vLLM has them. Nothing is read from the path given. */
export const loraEndpoints = ({ models, authorize, maxBodyBytes }: LoraEndpointsOptions): Route[] => {
  const route = (path: string, serve: (body: AdapterRequest) => string): Route => ({
    method: 'POST',
    path,
    async serve(exchange: Exchange) {
      authorize(exchange.request.headers.authorization);
      const text = serve(parse(await readBody(exchange.request, maxBodyBytes)));
      exchange.send(200, { 'content-type': 'text/plain; charset=utf-8' }, text);
    },
  });
  return [
    route('/v1/load_lora_adapter', ({ lora_name, lora_path }) => {
      models.load(lora_name, lora_path);
      return `Success: LoRA adapter '${lora_name}' added successfully.`;
    }),
    route('/v1/unload_lora_adapter', ({ lora_name }) => {
      models.unload(lora_name);
      return `Success: LoRA adapter '${lora_name}' removed successfully.`;
    }),
  ];
};
