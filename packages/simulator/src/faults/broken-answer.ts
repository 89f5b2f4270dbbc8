import type { Outlet } from '../server/outlet.js';
import { carriesToken, eventsOf, isEventStream } from './event-stream.js';

export interface Break {
  /** Of a stream; half the body of an answer that is not streamed. Null: before the headers. */
  afterTokens: number | null;
  /** Resets the connection now. */
  reset: () => void;
  /** Calls back when what was written is on its way. */
  whenSent: (callback: () => void) => void;
}

/** Breaks the connection off in the middle of an answer. Refusals pass untouched, unless it breaks off before them. */
export const breakOff =
  ({ afterTokens, reset, whenSent }: Break): ((next: Outlet) => Outlet) =>
  (next) => {
    let isStream = false;
    let isRefusal = false;
    let isBroken = false;
    let tokens = 0;
    const breakNow = (): void => {
      isBroken = true;
      whenSent(reset);
    };
    const send = (text: string): void => {
      if (text !== '') next.write(text);
    };
    const passEvents = (text: string): void => {
      let sent = '';
      for (const event of eventsOf(text)) {
        if (tokens === afterTokens) {
          send(sent);
          breakNow();
          return;
        }
        sent += event;
        if (carriesToken(event)) tokens++;
      }
      send(sent);
    };
    return {
      open(status, headers) {
        isStream = isEventStream(status, headers);
        isRefusal = status !== 200;
        if (afterTokens === null) {
          isBroken = true;
          reset();
          return;
        }
        next.open(status, headers);
        if (isStream && afterTokens === 0) {
          next.flush();
          breakNow();
        }
      },
      flush: () => {
        if (!isBroken) next.flush();
      },
      write(data) {
        if (isBroken) return;
        if (isStream && typeof data === 'string') passEvents(data);
        else next.write(data);
      },
      end(data) {
        if (isBroken) return;
        if (isRefusal || typeof data !== 'string') {
          next.end(data);
          return;
        }
        if (!isStream) {
          next.write(data.slice(0, Math.ceil(data.length / 2)));
          breakNow();
          return;
        }
        passEvents(data);
        // It never had so many tokens.
        if (!isBroken) next.end('');
      },
    };
  };
