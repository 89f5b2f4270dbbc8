// How late the client is, and how wrong its TTFT, at half of what it can carry: for each shape of request the ceiling is found,
// then half of it is offered for a while, and what was measured is held against what the server knows.
// Runs on built output, client and server on cores of their own: taskset -c 1 node packages/client/bench/timing.bench.mjs [seconds]
import { calibrateShape, LOAD_SHAPES, probe } from '@aibrix/client';
import { spawnReferenceServer } from '@aibrix/simulator';

const SECONDS = Number(process.argv[2] ?? 20);
const SEARCH_SECONDS = 3;
const LIMITS = { lagP50: 0.2, lagP99: 2, errorP50: 0.3, errorP99: 2, dispersion: 0.05 };

const server = await spawnReferenceServer({ cpus: '0' });
let hasMissed = false;

const held = (text, value, limit) => {
  const isMet = value !== null && value <= limit;
  hasMissed ||= !isMet;
  return `${text} ${value === null ? 'none' : value.toFixed(3)}${isMet ? '' : ` (MISSED, at most ${limit})`}`;
};

const ms = (text, value, limit) => `${held(text, value, limit)} ms`;

/** How far the delivered index of dispersion is from the plan's, in the worst window. */
const dispersionError = ({ dispersion }) =>
  Math.max(...dispersion.map(({ due, delivered }) => (due ? Math.abs(delivered / due - 1) : 0)));

const show = (name, result) => {
  console.log(
    `  ${name}: ${result.rate.toFixed(0)} requests/s, ${result.requests} requests, verdict ${result.verdict}\n` +
      `    ${ms('client lag p50', result.client_lag_p50_ms, LIMITS.lagP50)}, ${ms('p99', result.client_lag_p99_ms, LIMITS.lagP99)}; ` +
      `${ms('TTFT error median', result.ttft_error_p50_ms, LIMITS.errorP50)}, ${ms('p99', result.ttft_error_p99_ms, LIMITS.errorP99)}`,
  );
};

const showDispersion = (name, result) => {
  const windows = result.dispersion.map(
    ({ window_ms: window, due, delivered }) => `${window} ms ${(due ?? 0).toFixed(3)} → ${(delivered ?? 0).toFixed(3)}`,
  );
  console.log(
    `  ${name}: dispersion of arrivals, planned → delivered: ${windows.join(', ')}; ${held('worst', dispersionError(result), LIMITS.dispersion)}`,
  );
};

try {
  let halfCoalesced = 0;
  for (const name of ['coalesced', 'paced']) {
    const shape = LOAD_SHAPES[name];
    const { ceiling_rps: ceiling } = await calibrateShape(server, shape, {
      searchSeconds: SEARCH_SECONDS,
      fractions: [],
    });
    if (ceiling === null) throw new Error(`${name}: no rate was valid`);
    console.log(`\n${name}: ceiling ${ceiling} requests/s`);
    const half = ceiling / 2;
    if (name === 'coalesced') halfCoalesced = half;
    const result = await probe(server, shape, { rate: half, seconds: SECONDS });
    show('at half of it', result);
    showDispersion('1 worker', result);
    showDispersion('2 workers', await probe(server, shape, { rate: half, seconds: SECONDS, run: { workers: 2 } }));
  }
  const { coalesced, 'long-prompt': long } = LOAD_SHAPES;
  const rate = (halfCoalesced * coalesced.prompt_tokens) / long.prompt_tokens;
  console.log('\n50,000-token prompts, as many bytes a second');
  show('long prompts', await probe(server, long, { rate, seconds: Math.max(SECONDS, 500 / rate) }));
} finally {
  await server.close();
}
process.exit(hasMissed ? 1 : 0);
