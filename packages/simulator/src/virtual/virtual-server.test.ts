import { createVirtualClock, type VirtualClock } from '@aibrix/core/clock';
import { describe, expect, it } from 'vitest';
import { bodyFor, chunksOf, steadyProfile, tokensOf } from '../server/testing/chat.js';
import type { TruthRecord } from '../server/truth-log.js';
import { createVirtualServer, type VirtualServer, type VirtualServerOptions } from './virtual-server.js';

interface Heard {
  events: string[];
  status: number | undefined;
  headers: Readonly<Record<string, string>>;
  text: string;
  /** When each part of the body came. */
  readMs: number[];
  error: unknown;
  giveUp: () => void;
}

const serve = async (
  options: Partial<VirtualServerOptions> = {},
): Promise<{ clock: VirtualClock; server: VirtualServer; truths: TruthRecord[] }> => {
  const clock = createVirtualClock({ startMs: 1_000 });
  const truths: TruthRecord[] = [];
  const server = await createVirtualServer({
    clock,
    profile: steadyProfile(10),
    onTruth: (truth) => truths.push(truth),
    ...options,
  });
  return { clock, server, truths };
};

const send = (server: VirtualServer, body: unknown, path = '/v1/chat/completions', headers = {}): Heard => {
  const heard: Heard = {
    events: [],
    status: undefined,
    headers: {},
    text: '',
    readMs: [],
    error: undefined,
    giveUp: () => {},
  };
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  heard.giveUp = server.send(
    { path, headers, body: bytes },
    {
      onSent: () => heard.events.push('sent'),
      onHeaders: (status, answered) => {
        heard.events.push('headers');
        heard.status = status;
        heard.headers = answered;
      },
      onData: (data, timeMs) => {
        heard.text += Buffer.from(data).toString('utf8');
        heard.readMs.push(timeMs);
      },
      onEnd: () => heard.events.push('end'),
      onError: (error) => {
        heard.events.push('error');
        heard.error = error;
      },
    },
  );
  return heard;
};

describe('a virtual server', () => {
  it('streams what a real one streams, at the times of the model', async () => {
    const { clock, server, truths } = await serve();
    const heard = send(server, bodyFor(4, { stream: true, stream_options: { include_usage: true } }));
    await clock.run();
    expect(heard.events).toEqual(['sent', 'headers', 'end']);
    expect(heard.status).toBe(200);
    expect(heard.headers).toEqual({ 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'sim-0' });
    expect(heard.readMs).toEqual([1_010, 1_020, 1_030, 1_040]);
    const chunks = chunksOf(heard.text);
    expect(tokensOf(chunks)).toHaveLength(4);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 4 });
    expect(truths).toEqual([
      {
        request_id: 'sim-0',
        arrival_time: 1,
        first_byte_time: 1.01,
        end_time: 1.04,
        prompt_tokens: 3,
        output_tokens: 4,
        cached_tokens: 0,
        queue_time: 0,
        first_token_time: 1.01,
        preemptions: 0,
        status: 200,
      },
    ]);
  });

  it('answers as JSON what is not streamed', async () => {
    const { clock, server } = await serve();
    const heard = send(server, bodyFor(4));
    await clock.run();
    expect(heard.headers['content-type']).toBe('application/json');
    expect(JSON.parse(heard.text)).toMatchObject({ usage: { completion_tokens: 4 } });
    expect(heard.readMs).toEqual([1_040]);
  });

  it('refuses what a real one refuses', async () => {
    const { clock, server, truths } = await serve({ models: ['m'], apiKey: 'key' });
    const headers = { authorization: 'Bearer key' };
    const refused = [
      send(server, bodyFor(1)),
      send(server, '{', undefined, headers),
      send(server, bodyFor(1, { model: 'other' }), undefined, headers),
      send(server, bodyFor(1), '/v1/nothing', headers),
    ];
    await clock.run();
    expect(refused.map(({ status }) => status)).toEqual([401, 400, 404, 404]);
    for (const { events, text } of refused) {
      expect(events).toEqual(['sent', 'headers', 'end']);
      expect(JSON.parse(text)).toHaveProperty('error.message');
    }
    expect(truths.map(({ status }) => status)).toEqual([401, 400, 404, 404]);
    expect(server.stats()).toMatchObject({ received: 4, refused: 4 });
  });

  it('lets a request go that is given up, before it came to the engine, in the middle and after its end', async () => {
    const { clock, server, truths } = await serve();
    const early = send(server, bodyFor(100, { stream: true }));
    early.giveUp();
    const streamed = send(server, bodyFor(100, { stream: true }));
    const whole = send(server, bodyFor(1, { stream: true }));
    await clock.advanceTo(1_025);
    streamed.giveUp();
    streamed.giveUp();
    whole.giveUp();
    await clock.run();
    expect(early.events).toEqual(['sent', 'error']);
    expect(streamed.events).toEqual(['sent', 'headers', 'error']);
    expect(streamed.readMs).toEqual([1_010, 1_020]);
    expect(whole.events).toEqual(['sent', 'headers', 'end']);
    expect(truths.map(({ status }) => status)).toEqual([499, 200, 499]);
    expect(server.stats()).toMatchObject({ running: 0, waiting: 0, abandoned: 2, succeeded: 1 });
  });

  it('ends every request when it is closed', async () => {
    const { clock, server } = await serve();
    const heard = [1, 2, 3].map(() => send(server, bodyFor(100, { stream: true })));
    await clock.advanceTo(1_015);
    await server.close();
    for (const { events, error } of heard) {
      expect(events).toEqual(['sent', 'headers', 'error']);
      expect(error).toEqual(new Error('the server was closed'));
    }
    expect(server.stats()).toMatchObject({ running: 0, abandoned: 3 });
  });

  it('forgets its cache when told to', async () => {
    const { clock, server, truths } = await serve();
    const ask = async (): Promise<number | undefined> => {
      send(server, bodyFor(1, { messages: [{ role: 'user', content: ' word'.repeat(100) }] }));
      await clock.run();
      return truths.at(-1)?.cached_tokens;
    };
    expect([await ask(), await ask()]).toEqual([0, 96]);
    server.resetPrefixCache();
    expect(await ask()).toBe(0);
  });
});
