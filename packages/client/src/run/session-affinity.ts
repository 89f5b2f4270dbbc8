import type { WorkloadRequest } from '@aibrix/schema';
import type { ResponseHeaders } from '../exchange/exchange.js';

/** The AIBrix gateway names the pod of a session by this header, and finds it again when the client sends it back. */
const SESSION_ID_HEADER = 'x-session-id';

interface Affinity {
  sessionId: string | null;
  /** Requests of the session without a result yet; infinite where that is not known. */
  open: number;
}

/**
 * Sends a session's requests with the `x-session-id` that the server last answered in it, as a browser does with a cookie.
 * A session is forgotten after its last request.
 */
export class SessionAffinity {
  readonly #affinities = new Map<string | number, Affinity>();
  readonly #requestsOf: (session: string | number) => number | undefined;

  /** @param requestsOf how many requests a session has, where that is known */
  constructor(requestsOf: (session: string | number) => number | undefined) {
    this.#requestsOf = requestsOf;
  }

  /** The headers of a request, with what its session has learnt. A header that is there already stays. */
  headersOf(
    { session_id: session }: WorkloadRequest,
    headers: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> {
    const sessionId = session == null ? null : (this.#affinities.get(session)?.sessionId ?? null);
    return sessionId === null ? headers : { [SESSION_ID_HEADER]: sessionId, ...headers };
  }

  /** A request has its result; `headers` are those of its response, if there was one. */
  ended(session: string | number | null | undefined, headers: ResponseHeaders | null): void {
    if (session == null) return;
    const value = headers?.[SESSION_ID_HEADER];
    const sessionId = (Array.isArray(value) ? value[0] : value) ?? null;
    let affinity = this.#affinities.get(session);
    if (!affinity) {
      const requests = this.#requestsOf(session) ?? Number.POSITIVE_INFINITY;
      affinity = { sessionId: null, open: requests };
      // Where nothing has been answered nothing is kept, unless it has to be counted.
      if (sessionId === null && requests === Number.POSITIVE_INFINITY) return;
      this.#affinities.set(session, affinity);
    }
    affinity.sessionId = sessionId ?? affinity.sessionId;
    affinity.open--;
    if (affinity.open <= 0) this.#affinities.delete(session);
  }
}
