import type { Outlet } from '../server/outlet.js';
import { carriesToken, eventsOf, isEventStream } from './event-stream.js';

/** What goes out in place of an event: a text, which may be empty, or the last one of a stream that ends there. */
type Rewritten = string | { last: string };

export interface StreamRewriting {
  /** Called for each event of a stream with the tokens that passed before it. */
  event: (event: string, tokens: number) => Rewritten;
  /** The same for the body of an answer that is not streamed. Without it that is left as it is. */
  whole?: ((body: string) => string) | undefined;
  /** The stream ended early: nobody waits for the rest. */
  onCut: () => void;
}

/** Rewrites an answer event by event. Refusals pass untouched. */
export const rewriteStream = ({ event: rewrite, whole, onCut }: StreamRewriting): ((next: Outlet) => Outlet) => {
  return (next) => {
    let isStream = false;
    let isWhole = false;
    let isOver = false;
    let tokens = 0;
    const pass = (text: string): { text: string; isLast: boolean } => {
      let out = '';
      for (const event of eventsOf(text)) {
        const rewritten = rewrite(event, tokens);
        if (typeof rewritten !== 'string') return { text: out + rewritten.last, isLast: true };
        out += rewritten;
        if (carriesToken(event)) tokens++;
      }
      return { text: out, isLast: false };
    };
    return {
      open(status, headers) {
        isStream = isEventStream(status, headers);
        isWhole = status === 200 && !isStream && whole !== undefined;
        // What is rewritten has another length.
        const { 'content-length': length, ...others } = headers;
        next.open(status, isWhole || length === undefined ? others : headers);
      },
      flush: () => next.flush(),
      write(data) {
        if (isOver) return;
        if (!isStream || typeof data !== 'string') {
          next.write(data);
          return;
        }
        const { text, isLast } = pass(data);
        if (isLast) {
          isOver = true;
          // The engine first: with its end the request is forgotten.
          onCut();
          next.end(text);
        } else if (text !== '') next.write(text);
      },
      end(data) {
        if (isOver) return;
        isOver = true;
        if (typeof data !== 'string') next.end(data);
        else if (isStream) next.end(pass(data).text);
        else next.end(isWhole && whole ? whole(data) : data);
      },
    };
  };
};
