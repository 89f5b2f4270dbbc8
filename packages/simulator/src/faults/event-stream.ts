import type { OutgoingHttpHeaders } from 'node:http';

/** Whether an answer with these headers is a stream of events that a fault can tell apart. */
export const isEventStream = (status: number, headers: OutgoingHttpHeaders): boolean =>
  status === 200 && String(headers['content-type']).startsWith('text/event-stream');

/** The events of a text that holds only whole ones, each with the empty line that ends it. */
export const eventsOf = (text: string): string[] => text.match(/[\s\S]*?\r?\n\r?\n/g) ?? [];

/** Whether an event is one of the responses API, which names them; the other APIs do not. */
export const isNamed = (event: string): boolean => event.startsWith('event: ');

const DELTA = 'event: response.output_text.delta\n';

/**
 * Whether an event adds text to the answer: chat's `content`, the `text` of completions, the `delta` of responses, whose
 * later events say the whole text again.
 */
export const carriesToken = (event: string): boolean =>
  isNamed(event) ? event.startsWith(DELTA) : /"(?:content|text)":"[^"]/.test(event);

/** Whether it is the last of a stream: `[DONE]`, or where there is none the event that says how a response ended. */
export const isLast = (event: string): boolean =>
  event === 'data: [DONE]\n\n' || /^event: response\.(?:completed|incomplete)\n/.test(event);
