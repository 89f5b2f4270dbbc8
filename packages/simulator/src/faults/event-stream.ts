import type { OutgoingHttpHeaders } from 'node:http';

/** Whether an answer with these headers is a stream of events that a fault can tell apart. */
export const isEventStream = (status: number, headers: OutgoingHttpHeaders): boolean =>
  status === 200 && String(headers['content-type']).startsWith('text/event-stream');

/** The events of a text that holds only whole ones, each with the empty line that ends it. */
export const eventsOf = (text: string): string[] => text.match(/[\s\S]*?\r?\n\r?\n/g) ?? [];

/** Whether an event adds text to the answer: chat's `content`, the `text` of completions, the `delta` of responses. */
export const carriesToken = (event: string): boolean => /"(?:content|text|delta)":"[^"]/.test(event);
