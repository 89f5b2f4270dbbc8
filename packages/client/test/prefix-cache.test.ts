import { runRecordSchema } from '@aibrix/schema';
import { expect, it } from 'vitest';
import { collect, single } from './collect.js';
import { type ScriptedServer, saying, startScriptedServer } from './scripted-server.js';

/** A server that answers these paths with these statuses, and notes when it was asked. */
const startCaching = (
  statuses: Record<string, number>,
  asked: { path: string; preflights: number; load: number }[] = [],
): Promise<ScriptedServer> => {
  const starting: Promise<ScriptedServer> = startScriptedServer(saying('a'), {
    other: (response, path) => {
      if (!/cache/.test(path)) return false;
      void starting.then((server) => {
        asked.push({ path, preflights: server.preflights.length, load: server.seen.length });
        response.writeHead(statuses[path] ?? 404).end();
      });
      return true;
    },
  });
  return starting;
};

it('is emptied after the request before load and before the load itself', async () => {
  const asked: object[] = [];
  await using server = await startCaching({ '/reset_prefix_cache': 200 }, asked as never);
  const { record } = await collect(single(), { endpoint: server.url, resetPrefixCache: true });
  expect(asked).toEqual([{ path: '/reset_prefix_cache', preflights: 1, load: 0 }]);
  expect(runRecordSchema.parse(record).prefix_cache_reset).toEqual({ path: '/reset_prefix_cache', http_status: 200 });
  expect(record.warnings).toEqual([]);
  expect(record.options).toMatchObject({ resetPrefixCache: true });
});

it('is left alone unless that is asked for', async () => {
  const asked: object[] = [];
  await using server = await startCaching({ '/reset_prefix_cache': 200 }, asked as never);
  const { record } = await collect(single(), { endpoint: server.url });
  expect(asked).toEqual([]);
  expect(record.prefix_cache_reset).toBeUndefined();
});

it.each<[string, Record<string, number>, object, string | undefined]>([
  ['SGLang', { '/flush_cache': 200 }, { path: '/flush_cache', http_status: 200 }, undefined],
  [
    'a server that is busy',
    { '/reset_prefix_cache': 503 },
    { path: '/reset_prefix_cache', http_status: 503 },
    'the prefix cache was not emptied: POST /reset_prefix_cache answered HTTP 503',
  ],
  [
    'a server that has no way to',
    {},
    { path: null, http_status: null },
    'the prefix cache was not emptied: the server has none of /reset_prefix_cache, /flush_cache (vLLM has the first with VLLM_SERVER_DEV_MODE=1); a cache salt keeps runs apart without it',
  ],
])('is asked for of %s, without preflight too', async (_, statuses, reset, warning) => {
  await using server = await startCaching(statuses);
  const { record, results } = await collect(single(), {
    endpoint: server.url,
    resetPrefixCache: true,
    preflight: 'off',
  });
  expect(record.prefix_cache_reset).toEqual(reset);
  expect(record.warnings[0]).toBe(warning);
  expect(results[0]?.status).toBe('success');
});
