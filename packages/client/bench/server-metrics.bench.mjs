// What scraping a metrics page costs the client's thread: CPU time a scrape of a page of 500 KB, all of it kept and made into a
// line of the file, beside reading the same bytes and doing nothing with them.
//
//   node packages/client/bench/server-metrics.bench.mjs          (build before)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { runWorkload } from '../dist/index.js';

const PAGE_BYTES = 500_000;
const SECONDS = 15;
const INTERVAL_MS = 100;

const page = () => {
  const lines = [];
  let bytes = 0;
  for (let family = 0; bytes < PAGE_BYTES; family++) {
    const name = `vllm:metric_${family}_seconds`;
    lines.push(`# HELP ${name} Histogram number ${family} of the page.`, `# TYPE ${name} histogram`);
    for (let bucket = 0; bucket < 20; bucket++) {
      lines.push(
        `${name}_bucket{engine="0",le="${bucket / 10}",model_name="meta-llama/Llama-3.1-8B-Instruct"} ${family * bucket}.0`,
      );
    }
    lines.push(`${name}_sum{engine="0",model_name="meta-llama/Llama-3.1-8B-Instruct"} ${family}.25`);
    bytes = lines.reduce((sum, line) => sum + line.length + 1, 0);
  }
  return `${lines.join('\n')}\n`;
};

const serve = async () => {
  const text = page();
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send({ url: `http://127.0.0.1:${server.address().port}/metrics`, bytes: text.length });
};

const measure = async (work) => {
  await work(1000);
  const before = process.cpuUsage();
  const scrapes = await work(SECONDS * 1000);
  const { user, system } = process.cpuUsage(before);
  return { scrapes, cpuMs: (user + system) / 1000 };
};

/** A run without requests for so long: its only request is due at the end. */
const scrapeFor = (url) => async (ms) => {
  const transport = {
    send(_, events) {
      events.onSent(Date.now());
      events.onError(new Error('none'), Date.now());
      return () => {};
    },
    close: async () => {},
  };
  const run = runWorkload([{ timestamp: ms, requests: [{ prompt: 'x' }] }], {
    endpoint: url,
    model: 'm',
    transport,
    ...(url && { serverMetrics: { urls: [url], intervalMs: INTERVAL_MS } }),
  });
  let scrapes = 0;
  const counted = (async () => {
    for await (const record of run.serverMetrics) if (JSON.stringify(record).length > 1000) scrapes++;
  })();
  for await (const _ of run);
  await counted;
  return scrapes;
};

const readFor = (url) => async (ms) => {
  const endMs = performance.now() + ms;
  let scrapes = 0;
  for (; performance.now() < endMs; scrapes++) {
    const response = await fetch(url);
    for await (const _ of response.body);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  return scrapes;
};

if (process.argv[2] === 'serve') {
  await serve();
} else {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ url, bytes }] = await once(server, 'message');
  console.log(`page of ${bytes} bytes, a scrape every ${INTERVAL_MS} ms`);
  const print = (name, { scrapes, cpuMs }, idleMs) => {
    const perScrape = (cpuMs - idleMs) / scrapes;
    console.log(
      `${name}: ${perScrape.toFixed(2)} ms CPU a scrape, ${(perScrape / 10).toFixed(2)} % of a core at one a second`,
    );
    return perScrape;
  };
  const idle = await measure(async (ms) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return 1;
  });
  const floor = print('bytes read only ', await measure(readFor(url)), idle.cpuMs);
  const scraped = print('read and recorded', await measure(scrapeFor(url)), idle.cpuMs);
  console.log(`ratio ${(scraped / floor).toFixed(2)}`);
  server.kill();
}
