import type { Api } from './protocol/protocol.js';

/** An answer of the private server that a client is warmed up on: the writes that make it. */
export interface WarmUpAnswer {
  contentType: string;
  writes: readonly string[];
}

const WORDS = 16;
const USAGE = { prompt_tokens: 200, completion_tokens: WORDS, total_tokens: 200 + WORDS };

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

const eachWord = (write: string): string[] => Array.from({ length: WORDS }, () => write);

const stream = (...writes: string[]): WarmUpAnswer => ({ contentType: 'text/event-stream', writes });

const chatChoice = (delta: object, finishReason: string | null = null): string =>
  event({ choices: [{ index: 0, delta, finish_reason: finishReason }] });

const completionChoice = (text: string, finishReason: string | null = null): string =>
  event({ choices: [{ index: 0, text, finish_reason: finishReason }] });

const END = [event({ choices: [], usage: USAGE }), 'data: [DONE]\n\n'];

/** What a server of each API says, so that the code which reads it is compiled. */
export const warmUpAnswer = (api: Api): WarmUpAnswer => {
  switch (api) {
    case 'chat':
      return stream(
        chatChoice({ role: 'assistant', content: '' }),
        ...eachWord(chatChoice({ content: ' word' })),
        chatChoice({}, 'stop'),
        ...END,
      );
    case 'completions':
      return stream(...eachWord(completionChoice(' word')), completionChoice('', 'stop'), ...END);
    case 'responses':
      return stream(
        event({ type: 'response.created', response: { status: 'in_progress' } }),
        ...eachWord(event({ type: 'response.output_text.delta', delta: ' word' })),
        event({
          type: 'response.completed',
          response: { status: 'completed', usage: { input_tokens: 200, output_tokens: WORDS, total_tokens: 216 } },
        }),
      );
    case 'embeddings':
      return {
        contentType: 'application/json',
        writes: [
          JSON.stringify({ data: [{ index: 0, embedding: Array.from({ length: 256 }, () => 0.0625) }], usage: USAGE }),
        ],
      };
  }
};
