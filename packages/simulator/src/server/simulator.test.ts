import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startSimulator } from './simulator.js';
import { bodyFor, post, start, steadyProfile, until } from './testing/chat.js';

const streaming = bodyFor(8_000, { stream: true });

describe('a client that goes away', () => {
  it('while its answer is streamed frees its place at once', async () => {
    const simulator = await start({ profile: steadyProfile(10) });
    const aborter = new AbortController();
    const response = await post(simulator, streaming, { signal: aborter.signal });
    await response.body?.getReader().read();
    expect(simulator.stats()).toMatchObject({ running: 1, abandoned: 0 });
    aborter.abort();
    await until(() => simulator.stats().abandoned === 1);
    expect(simulator.stats()).toMatchObject({ running: 0, waiting: 0, usedKvBlocks: 0, succeeded: 0 });
  });

  it('while it waits in the queue leaves the queue', async () => {
    const simulator = await start({ profile: steadyProfile(10), maxNumSeqs: 1 });
    const running = await post(simulator, streaming);
    const aborter = new AbortController();
    const waiting = post(simulator, bodyFor(5), { signal: aborter.signal });
    await until(() => simulator.stats().waiting === 1);
    aborter.abort();
    await expect(waiting).rejects.toThrow();
    await until(() => simulator.stats().waiting === 0);
    expect(simulator.stats()).toMatchObject({ running: 1, abandoned: 1 });
    await running.body?.cancel();
  });

  it('in the middle of its body is no request to the engine', async () => {
    const simulator = await start();
    const aborter = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"model":'));
        return new Promise(() => {});
      },
    });
    const init = { method: 'POST', body, duplex: 'half', signal: aborter.signal } as const;
    const upload = fetch(`${simulator.url}/v1/chat/completions`, init);
    await until(() => simulator.stats().received === 1);
    aborter.abort();
    await expect(upload).rejects.toThrow();
    await until(() => simulator.stats().abandoned === 1);
    expect(simulator.stats()).toMatchObject({ steps: 0, refused: 0 });
  });
});

describe('close', () => {
  it('ends open streams and idle connections at once, and frees the port', async () => {
    const simulator = await startSimulator({ port: 0, profile: steadyProfile(10) });
    await (await fetch(`${simulator.url}/health`)).text();
    const response = await post(simulator, streaming);
    const reading = response.text();
    await Promise.all([simulator.close(), expect(reading).rejects.toThrow()]);
    expect(simulator.stats()).toMatchObject({ running: 0, waiting: 0, abandoned: 1 });
    await simulator.close();
    const again = await start({ port: simulator.port });
    expect(again.port).toBe(simulator.port);
  });
});

describe('listening', () => {
  it('tells its address', async () => {
    const simulator = await start();
    expect(simulator.port).toBeGreaterThan(0);
    expect(simulator.url).toBe(`http://127.0.0.1:${simulator.port}`);
  });

  it('says so when the port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startSimulator({ port })).rejects.toMatchObject({
      code: 'usage',
      message: `port ${port} of 127.0.0.1 is in use`,
      hint: expect.stringContaining('choose another port'),
    });
    other.close();
  });

  it('says so when the address is none of this machine', async () => {
    await expect(startSimulator({ port: 0, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('cannot listen on 192.0.2.1 port 0'),
    });
  });
});

it('refuses a tokenizer that it cannot load', async () => {
  await expect(startSimulator({ port: 0, tokenizer: 'o200k_bse' })).rejects.toMatchObject({ code: 'tokenizer' });
});
