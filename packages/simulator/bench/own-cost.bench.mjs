// What the simulator itself costs: CPU time of its process a request and a token, under the profile without model time,
// beside the floor of a bare node:http server that reads as much and sends as much.
// CPU time and not a rate is measured, so the figures do not depend on the client or on what else the machine does.
// Runs on built output: node packages/simulator/bench/own-cost.bench.mjs [requests]
import { fork } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const REQUESTS = Number(process.argv[2] ?? 4_000);
const ROUNDS = 3;
const CONNECTIONS = 16;
const PACED_CONNECTIONS = 128;
const PARAGRAPH =
  'the ships came back to the harbour in the evening, and the market was open until the last lamp went out. ';

/** About 25 tokens a paragraph; no two paragraphs of different salts are the same. */
const textOf = (paragraphs, salt) =>
  Array.from({ length: paragraphs }, (_, at) => `On day ${salt}-${at} ${PARAGRAPH}`).join('');

const bodyOf = (messages, tokens) =>
  JSON.stringify({
    model: 'm',
    messages,
    max_tokens: tokens,
    min_tokens: tokens,
    stream: true,
    stream_options: { include_usage: true },
  });

const user = (content) => [{ role: 'user', content }];

const conversation = (index) => {
  // Eight turns a conversation, each with all before it.
  const [session, turn] = [Math.floor(index / 8), index % 8];
  const turns = Array.from({ length: turn + 1 }, (_, at) => textOf(10, `session ${session} turn ${at}`));
  return turns.flatMap((text, at) =>
    at === turn ? user(text) : [...user(text), { role: 'assistant', content: PARAGRAPH }],
  );
};

/** What request `index` of a shape asks; `requests` is the shape's part of all of them. */
const SHAPES = {
  '100 tokens, new; answer of 1': { requests: 1, body: (index) => bodyOf(user(textOf(4, index)), 1) },
  '100 tokens, new; answer of 128': { requests: 1, body: (index) => bodyOf(user(textOf(4, index)), 128) },
  '100 tokens, the same; answer of 128': { requests: 1, body: () => bodyOf(user(textOf(4, 'same')), 128) },
  '5,000 tokens, new; answer of 1': { requests: 0.05, body: (index) => bodyOf(user(textOf(190, index)), 1) },
  '5,000 tokens, the same; answer of 1': { requests: 0.3, body: () => bodyOf(user(textOf(190, 'same')), 1) },
  '50,000 tokens, the same; answer of 1': { requests: 0.03, body: () => bodyOf(user(textOf(1900, 'same')), 1) },
  'conversations of 8 turns; answer of 16': { requests: 0.5, body: (index) => bodyOf(conversation(index), 16) },
};

/** Answers that are written a token at a time, as many streams at once as there are connections. */
const PACED = { requests: 0.128, connections: PACED_CONNECTIONS, body: (index) => bodyOf(user(textOf(4, index)), 128) };
const STEP_MS = 10;

const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
};

/** A write a token, all streams on one timer of the clock that the simulator has: it spins before each step. */
const servePacedFloor = async () => {
  const { createRealClock } = await import('@aibrix/core/clock');
  const clock = createRealClock();
  const event = `data: ${'x'.repeat(200)}\n\n`;
  const streams = new Map();
  const step = (dueMs) => {
    clock.at(dueMs + STEP_MS, () => step(dueMs + STEP_MS));
    for (const [response, left] of streams) {
      if (left > 1) {
        response.write(event);
        streams.set(response, left - 1);
      } else {
        response.end(event);
        streams.delete(response);
      }
    }
  };
  step(clock.now());
  return await listen(
    createServer((message, response) => {
      message.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' });
        streams.set(response, 128);
      });
    }),
  );
};

const servePacedSimulator = async () => {
  const { engineProfile, startSimulator } = await import('@aibrix/simulator');
  const instant = engineProfile('instant');
  const profile = { ...instant, name: 'paced', stepTime: { ...instant.stepTime, baseMs: STEP_MS } };
  return (await startSimulator({ port: 0, profile })).port;
};

const serveFloor = async () => {
  const events = (count) => `data: ${'x'.repeat(200)}\n\n`.repeat(count + 4);
  const answers = new Map([1, 16, 128].map((tokens) => [tokens, events(tokens)]));
  return await listen(
    createServer((message, response) => {
      const chunks = [];
      message.on('data', (chunk) => chunks.push(chunk));
      message.on('end', () => {
        const tokens = Number(/"max_tokens":(\d+)/.exec(Buffer.concat(chunks).toString('utf8'))?.[1]);
        response.writeHead(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked' });
        response.end(answers.get(tokens));
      });
    }),
  );
};

const serveSimulator = async () => {
  const { startSimulator } = await import('@aibrix/simulator');
  return (await startSimulator({ port: 0 })).port;
};

const SERVERS = {
  floor: serveFloor,
  simulator: serveSimulator,
  'paced floor': servePacedFloor,
  'paced simulator': servePacedSimulator,
};

if (process.argv[2] === 'serve') {
  const port = await SERVERS[process.argv[3]]();
  process.on('message', () => process.send({ cpu: process.cpuUsage(), rssMb: process.memoryUsage().rss / 2 ** 20 }));
  process.on('disconnect', () => process.exit());
  process.send({ port });
} else {
  await main();
}

async function main() {
  const serve = async (kind) => {
    const child = fork(fileURLToPath(import.meta.url), ['serve', kind]);
    const ask = () => new Promise((resolve) => child.once('message', resolve));
    const { port } = await ask();
    const usage = async () => {
      const answer = ask();
      child.send('usage');
      return await answer;
    };
    return { port, usage, stop: () => child.disconnect() };
  };

  const send = (agent, port, body) =>
    new Promise((resolve, reject) => {
      const bytes = Buffer.from(body);
      const outgoing = request(
        {
          agent,
          port,
          host: '127.0.0.1',
          method: 'POST',
          path: '/v1/chat/completions',
          headers: { 'content-length': bytes.length },
        },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
          response.resume().on('end', resolve);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(bytes);
    });

  /** CPU microseconds of the server a request. */
  const measure = async (server, { requests, body, connections = CONNECTIONS }, offset = 0) => {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const count = Math.round(REQUESTS * requests);
    const before = await server.usage();
    let next = 0;
    const loop = async () => {
      while (next < count) await send(agent, server.port, body(offset + next++));
    };
    await Promise.all(Array.from({ length: connections }, loop));
    const { cpu } = await server.usage();
    agent.destroy();
    return (cpu.user - before.cpu.user + (cpu.system - before.cpu.system)) / count;
  };

  /** The least of several rounds: what else the machine does only adds. */
  const least = async (server, shape) => {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(server, shape, round * REQUESTS));
    return Math.min(...rounds);
  };

  const servers = { floor: await serve('floor'), simulator: await serve('simulator') };
  for (const shape of Object.values(SHAPES)) {
    for (const server of Object.values(servers)) await measure(server, shape, 10 * REQUESTS);
  }
  console.log('CPU time of the server, in microseconds a request');
  console.log(`${''.padEnd(40)}   floor  simulator  ratio`);
  const own = {};
  for (const [name, shape] of Object.entries(SHAPES)) {
    const floor = await least(servers.floor, shape);
    own[name] = await least(servers.simulator, shape);
    const figures = [
      floor.toFixed(0).padStart(6),
      own[name].toFixed(0).padStart(9),
      (own[name] / floor).toFixed(1).padStart(5),
    ];
    console.log(`${name.padEnd(40)}  ${figures.join('  ')}`);
  }
  const [one, many] = Object.values(own);
  console.log(`a further token of an answer, all ready at once: ${((many - one) / 127).toFixed(2)} microseconds`);
  const paced = {};
  for (const kind of ['paced floor', 'paced simulator']) {
    servers[kind] = await serve(kind);
    await measure(servers[kind], PACED, 10 * REQUESTS);
    paced[kind] = (await least(servers[kind], PACED)) / 128;
  }
  const [pacedFloor, pacedOwn] = Object.values(paced);
  console.log(
    `a token that is written on its own, ${PACED_CONNECTIONS} streams: ${pacedOwn.toFixed(1)} microseconds (floor ${pacedFloor.toFixed(1)}, ratio ${(pacedOwn / pacedFloor).toFixed(1)})`,
  );
  const { rssMb } = await servers.simulator.usage();
  console.log(`memory of the simulator: ${rssMb.toFixed(0)} MB`);
  for (const server of Object.values(servers)) server.stop();
}
