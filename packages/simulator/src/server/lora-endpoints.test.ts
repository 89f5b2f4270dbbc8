import { describe, expect, it } from 'vitest';
import type { Simulator } from './simulator.js';
import { bodyFor, post, start } from './testing/chat.js';

const call = async (simulator: Simulator, path: string, body: unknown): Promise<[number, string]> => {
  const response = await fetch(`${simulator.url}/v1/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return [response.status, await response.text()];
};

const listed = async (simulator: Simulator): Promise<unknown> =>
  JSON.parse(await (await fetch(`${simulator.url}/v1/models`)).text()).data.map(
    ({ id, root, parent }: Record<string, string | null>) => [id, root, parent],
  );

const statusOf = async (simulator: Simulator, model: string): Promise<number> =>
  (await post(simulator, bodyFor(1, { model }))).status;

describe('LoRA adapters', () => {
  it('are served beside the base model, and listed with it as their parent', async () => {
    const simulator = await start({ models: ['base'], loras: ['sql', 'chat'] });
    expect(await listed(simulator)).toEqual([
      ['base', 'base', null],
      ['sql', 'sql', 'base'],
      ['chat', 'chat', 'base'],
    ]);
    expect([await statusOf(simulator, 'sql'), await statusOf(simulator, 'other')]).toEqual([200, 404]);
  });

  it('are loaded and unloaded while the server runs', async () => {
    const simulator = await start({ models: ['base'], replicas: 2 });
    expect(await statusOf(simulator, 'sql')).toBe(400);
    expect(await call(simulator, 'load_lora_adapter', { lora_name: 'sql', lora_path: '/adapters/sql' })).toEqual([
      200,
      "Success: LoRA adapter 'sql' added successfully.",
    ]);
    expect(await listed(simulator)).toEqual([
      ['base', 'base', null],
      ['sql', '/adapters/sql', 'base'],
    ]);
    expect(await statusOf(simulator, 'sql')).toBe(200);
    expect(await call(simulator, 'unload_lora_adapter', { lora_name: 'sql' })).toEqual([
      200,
      "Success: LoRA adapter 'sql' removed successfully.",
    ]);
    expect([await statusOf(simulator, 'sql'), await statusOf(simulator, 'base')]).toEqual([400, 200]);
  });

  it.each([
    ['load_lora_adapter', { lora_name: 'sql' }, 400, "Both 'lora_name' and 'lora_path' must be provided."],
    ['load_lora_adapter', { lora_name: 'old', lora_path: '/p' }, 400, 'has already been loaded'],
    ['load_lora_adapter', { lora_name: 'base', lora_path: '/p' }, 400, 'has already been loaded'],
    ['unload_lora_adapter', {}, 400, "'lora_name'"],
    ['unload_lora_adapter', { lora_name: 'none' }, 404, "The lora adapter 'none' cannot be found."],
    ['unload_lora_adapter', { lora_name: 'base' }, 404, 'cannot be found'],
    ['load_lora_adapter', null, 400, 'must be a JSON object'],
  ])('%s of %j is refused as vLLM does', async (path, body, status, message) => {
    const simulator = await start({ models: ['base'], loras: ['old'] });
    const [found, text] = await call(simulator, path, body);
    expect([found, text]).toEqual([status, expect.stringContaining(message)]);
    expect(await statusOf(simulator, 'base')).toBe(200);
  });

  it('need a base model that has a name', async () => {
    const simulator = await start();
    const [status, text] = await call(simulator, 'load_lora_adapter', { lora_name: 'sql', lora_path: '/p' });
    expect([status, text]).toEqual([400, expect.stringContaining('Name the base model')]);
  });

  it('need the key, where there is one', async () => {
    const simulator = await start({ models: ['base'], apiKey: 'secret' });
    const [status] = await call(simulator, 'load_lora_adapter', { lora_name: 'sql', lora_path: '/p' });
    expect(status).toBe(401);
  });
});
