import { isLast, isNamed } from './event-stream.js';
import type { Fault, FaultKind } from './fault.js';
import type { StreamRewriting } from './rewritten-stream.js';

type Rewriting = Omit<StreamRewriting, 'onCut'>;

const MESSAGE = 'A fault was asked for.';

const ERROR = JSON.stringify({ error: { message: MESSAGE, type: 'InternalServerError', param: null, code: 500 } });

const RESPONSES_ERROR = JSON.stringify({ type: 'error', code: 'server_error', message: MESSAGE, param: null });

/** An error in the words of the API whose stream `event` is of, and the end. */
const errorAt = (event: string): string =>
  isNamed(event) ? `event: error\ndata: ${RESPONSES_ERROR}\n\n` : `data: ${ERROR}\n\ndata: [DONE]\n\n`;

/** Adds `extra` once, when `tokens` have passed. */
const insert = (tokens: number, extra: (event: string) => string): Rewriting['event'] => {
  let isDone = false;
  return (event, passed) => {
    if (isDone || passed < tokens) return event;
    isDone = true;
    return extra(event) + event;
  };
};

const half = (text: string): string => text.slice(0, Math.ceil(text.length / 2));

const withoutUsage = (json: string): string => {
  const { usage: _, ...body } = JSON.parse(json) as Record<string, unknown>;
  return JSON.stringify(body);
};

/** Leaves out an event that only states the usage, and the usage of one that states more. */
const dropUsage = (event: string): string => {
  const at = event.indexOf('{');
  if (at < 0 || !event.includes('"usage"')) return event;
  const body = JSON.parse(event.slice(at)) as { choices?: unknown[]; response?: { usage?: unknown } };
  if (body.choices?.length === 0) return '';
  if (body.response) delete body.response.usage;
  return `${event.slice(0, at)}${withoutUsage(JSON.stringify(body))}\n\n`;
};

const REWRITINGS: Partial<Record<FaultKind, (tokens: number) => Rewriting>> = {
  'half-event': (tokens) => ({ event: (event, passed) => (passed < tokens ? event : { last: half(event.trimEnd()) }) }),
  crlf: () => ({ event: (event) => `: still here\r\n\r\n${event.replaceAll('\n', '\r\n')}` }),
  'no-choices': (tokens) => ({
    event: insert(tokens, () => 'data: {"id":"sim","object":"chat.completion.chunk"}\n\n'),
  }),
  'bad-json': (tokens) => ({ event: insert(tokens, (event) => `${half(event.trimEnd())}\n\n`), whole: half }),
  'no-done': () => ({ event: (event) => (isLast(event) ? '' : event) }),
  'no-usage': () => ({ event: dropUsage, whole: withoutUsage }),
  'error-event': (tokens) => ({
    event: (event, passed) => (passed < tokens ? event : { last: errorAt(event) }),
  }),
};

/** How the fault changes a stream, if it is of that sort. Made anew for each answer. */
export const rewritingOf = ({ kind, tokens }: Fault): Rewriting | undefined => REWRITINGS[kind]?.(tokens ?? 0);
