import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RunRecord, runRecordSchema } from '@aibrix/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, steady, useTrial } from './trial.js';

const trial = useTrial();

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url === '/v1/models') response.end('{"data":[]}');
    else setTimeout(() => response.writeHead(500).end(), 400);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const recordOf = async (path: string): Promise<RunRecord> =>
  runRecordSchema.parse(JSON.parse(await readFile(join(trial.cwd, path), 'utf8')));

const ASK = 'client --workload-path w.jsonl --model sim --output-file-path o.jsonl';

describe('a ceiling from the command line', () => {
  it('drops what is due under a full one, and says so', async () => {
    await trial.workload(steady(5, 5));
    const { stderr } = await trial.aibrix(`${ASK} --endpoint ${url} --concurrency 2 --when-saturated drop`);
    expect(stderr).toContain('3 of 5 requests were dropped, as asked');
    expect((await recordOf('o.run.json')).counts).toMatchObject({ sent: 2, errors: { dropped: 3, http_5xx: 2 } });
  });

  it('rises over the seconds of a ramp', async () => {
    await trial.workload(steady(40, 0));
    await trial.succeed(
      `${ASK} --endpoint ${trial.url} --pacing asap --concurrency 8 --ramp-users 0.3 --ramp-from 2 --result-queue-bytes 1000000`,
    );
    expect((await recordOf('o.run.json')).options).toMatchObject({
      rampMs: 300,
      rampFrom: 2,
      resultQueueBytes: 1_000_000,
    });
  });

  it('refuses a ramp to nowhere', async () => {
    await trial.workload(steady(1, 0));
    const { code, stderr } = await trial.aibrix(`${ASK} --endpoint ${trial.url} --ramp-users 5`);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('a ramp needs a concurrency') });
  });
});

describe('a failed turn', () => {
  const turns = lines(
    [0, 1].map((timestamp) => ({ timestamp, requests: [{ prompt: 'p', session_id: 's', output_length: 1 }] })),
  );

  it.each([
    ['', { http_5xx: 1, skipped: 1 }],
    ['--failed-turn continue', { http_5xx: 2 }],
  ])('ends its session unless told otherwise: %s', async (flags, errors) => {
    await trial.write('w.jsonl', turns);
    await trial.aibrix(`${ASK} --endpoint ${url} ${flags}`);
    expect((await recordOf('o.run.json')).counts.errors).toEqual(errors);
  });

  it('is a key of a config too, with those of the ceiling', async () => {
    await trial.write('w.jsonl', turns);
    const config = {
      workload_file: 'w.jsonl',
      client_output: '.',
      endpoint: url,
      api_key: null,
      failed_turn: 'continue',
      concurrency: 1,
      when_saturated: 'drop',
      ramp_users: 0.5,
      ramp_from: 1,
      result_queue_bytes: 5_000_000,
    };
    await trial.write('c.yaml', JSON.stringify(config));
    await trial.aibrix('benchmark --stage client --config c.yaml');
    expect((await recordOf('output.run.json')).options).toMatchObject({
      failedTurn: 'continue',
      whenSaturated: 'drop',
      rampMs: 500,
      rampFrom: 1,
      resultQueueBytes: 5_000_000,
    });
  });
});
