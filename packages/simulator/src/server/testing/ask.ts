import { createParser } from 'eventsource-parser';
import type { Simulator } from '../simulator.js';

/** Posts a body to a path. */
export const ask = (simulator: Simulator, path: string, body: unknown): Promise<Response> =>
  fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) });

/** The JSON of an answer that must be a success. */
export const answerOf = async <T>(simulator: Simulator, path: string, body: unknown): Promise<T> => {
  const response = await ask(simulator, path, body);
  const text = await response.text();
  if (!response.ok) throw new Error(`status ${response.status}: ${text}`);
  return JSON.parse(text);
};

/** Status and error of an answer that must be a refusal. */
export const refusalOf = async (simulator: Simulator, path: string, body: unknown): Promise<unknown> => {
  const response = await ask(simulator, path, body);
  const { error } = JSON.parse(await response.text()) as { error?: object };
  return { status: response.status, ...error };
};

/** An event of a stream, as it stands on the wire. */
export interface StreamEvent {
  name: string | undefined;
  data: string;
}

/** The events of a whole stream. */
export const eventsOf = (text: string): StreamEvent[] => {
  const events: StreamEvent[] = [];
  const parser = createParser({ onEvent: ({ event: name, data }) => events.push({ name, data }) });
  parser.feed(text);
  return events;
};
