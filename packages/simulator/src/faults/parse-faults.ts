import { BenchmarkError, closestMatch } from '@aibrix/core/errors';
import {
  FAULT_FORMS,
  type Fault,
  type FaultArgument,
  type FaultKind,
  type FaultPlan,
  type TimedFault,
} from './fault.js';

const TIMED_KINDS = ['pause', 'down'] as const;
const KINDS: readonly string[] = [...Object.keys(FAULT_FORMS), ...TIMED_KINDS];

const MS: Record<string, number> = { ms: 1, s: 1e3, m: 60e3 };
const BYTES: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
const EXAMPLES: Record<FaultArgument, string> = { tokens: '3', duration: '5s or 200ms', size: '100MB' };

/** Longest wait: what a timer takes. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** A part of the specification that cannot be read; the parser collects them. */
class FaultProblem extends Error {}

const readDuration = (text: string): number | undefined => {
  const [, figure, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const value = figure === undefined ? undefined : Number(figure) * (MS[unit] as number);
  return value !== undefined && value <= MAX_DURATION_MS ? value : undefined;
};

const readArgument = (text: string): { argument: FaultArgument; value: number } | undefined => {
  if (/^\d{1,9}$/.test(text)) return { argument: 'tokens', value: Number(text) };
  const [, figure, unit = ''] = /^(\d{1,9})(B|kB|MB|GB)$/.exec(text) ?? [];
  if (figure !== undefined) return { argument: 'size', value: Number(figure) * (BYTES[unit] as number) };
  const durationMs = readDuration(text);
  return durationMs === undefined ? undefined : { argument: 'duration', value: durationMs };
};

const isKind = (name: string): name is FaultKind => Object.hasOwn(FAULT_FORMS, name);

const unknownKind = (name: string): FaultProblem => {
  const near = closestMatch(name, KINDS);
  return new FaultProblem(
    near
      ? `unknown fault "${name}": did you mean "${near}"?`
      : `unknown fault "${name}": there are ${KINDS.join(', ')}`,
  );
};

const readRate = (text: string | undefined, item: string): number => {
  if (text === undefined) return 1;
  const rate = /^\d*\.?\d+(?:e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (rate > 0 && rate <= 1) return rate;
  throw new FaultProblem(`"${item}": after @ stands the share of requests, above 0 and at most 1 (found "${text}")`);
};

const readFault = (item: string, kind: FaultKind, words: readonly string[], when: string | undefined): Fault => {
  const form = FAULT_FORMS[kind];
  const required = form.required ?? [];
  const takes = [...required, ...(Object.keys(form.arguments) as FaultArgument[])];
  const given = new Map<FaultArgument, number>();
  for (const word of words) {
    const read = readArgument(word);
    if (!read || !takes.includes(read.argument) || given.has(read.argument)) {
      const wanted = takes.map((argument) => `${argument} (${EXAMPLES[argument]})`).join(' and ') || 'nothing';
      throw new FaultProblem(`"${item}": ${kind} takes ${wanted}, not "${word}"`);
    }
    given.set(read.argument, read.value);
  }
  for (const argument of required) {
    if (!given.has(argument)) {
      throw new FaultProblem(`"${item}": ${kind} needs a ${argument}, such as ${kind}:${EXAMPLES[argument]}`);
    }
  }
  const figure = (argument: FaultArgument): number | null => given.get(argument) ?? form.arguments[argument] ?? null;
  return {
    kind,
    text: [kind, ...words].join(':'),
    rate: readRate(when, item),
    tokens: figure('tokens'),
    durationMs: figure('duration') ?? 0,
    bytes: figure('size') ?? 0,
  };
};

const readTimed = (
  item: string,
  kind: (typeof TIMED_KINDS)[number],
  words: readonly string[],
  when: string | undefined,
): TimedFault => {
  const startMs = when?.startsWith('t=') ? readDuration(when.slice(2)) : undefined;
  const durationMs = readDuration(words[0] ?? '');
  const podText = words[1] ?? '';
  const pod = kind === 'down' && /^\d{1,6}$/.test(podText) ? Number(podText) : undefined;
  const isWhole = kind === 'pause' ? words.length === 1 : words.length === 2 && pod !== undefined;
  if (startMs === undefined || durationMs === undefined || durationMs === 0 || !isWhole) {
    const example = kind === 'pause' ? 'pause:5s@t=20s' : 'down:10s:1@t=20s, which is pod 1';
    throw new FaultProblem(`"${item}": ${kind} is written as ${example}`);
  }
  return { kind, text: item, startMs, durationMs, pod: pod ?? 0 };
};

const readItem = (item: string, plan: { faults: Fault[]; timed: TimedFault[] }): void => {
  const [what = '', when, ...rest] = item.split('@');
  if (rest.length > 0) throw new FaultProblem(`"${item}": more than one @`);
  const [name = '', ...words] = what.split(':');
  if (isKind(name)) plan.faults.push(readFault(item, name, words, when));
  else if (name === 'pause' || name === 'down') plan.timed.push(readTimed(item, name, words, when));
  else throw unknownKind(name);
};

/**
 * Reads a list of faults: `name[:argument…][@rate]`, joined by commas, such as `reset:5@0.01,delay:200ms`; and
 * `pause:5s@t=20s` or `down:10s:1@t=20s` for what happens once. Tokens are whole numbers, durations end in `ms`, `s` or
 * `m`, sizes in `B`, `kB`, `MB` or `GB`. Without a rate a fault befalls every request.
 *
 * @throws BenchmarkError `usage` with every problem
 */
export const parseFaults = (text: string): FaultPlan => {
  const plan = { faults: [] as Fault[], timed: [] as TimedFault[] };
  const problems: string[] = [];
  for (const item of text.split(',').map((part) => part.trim())) {
    try {
      readItem(item, plan);
    } catch (error) {
      if (!(error instanceof FaultProblem)) throw error;
      problems.push(error.message);
    }
  }
  const pauses = plan.timed.filter(({ kind }) => kind === 'pause').toSorted((a, b) => a.startMs - b.startMs);
  for (const [index, pause] of pauses.entries()) {
    const next = pauses[index + 1];
    if (next && next.startMs < pause.startMs + pause.durationMs) {
      problems.push(`"${pause.text}" and "${next.text}" overlap`);
    }
  }
  if (problems.length > 0) {
    throw new BenchmarkError('usage', `faults cannot be read: ${problems.join('; ')}`, {
      hint: 'A list such as reset:5@0.01,stall:5s@0.001 (after @ the share of requests), or pause:5s@t=20s.',
    });
  }
  return plan;
};
