/** A request of a session, for a chart of sessions over time. Snake case: it stands in JSON. */
export interface SessionDot {
  /** Number of the session, in order of first requests. */
  lane: number;
  time_ms: number;
}

/** Sessions over time, in bounded memory. */
export interface SessionDots {
  add(sessionId: string | number, timeMs: number): void;
  result(): {
    /** Null without sessions. */
    sessions: SessionDot[] | null;
    /** How many sessions there are; as far as they were told apart. */
    sessions_total: number;
    /** Requests of all of these. */
    dots_shown_of: number;
  };
}

const MAX_DOTS = 4000;
/** Thinning takes a look at every dot: there must be room for many more before the next. */
const MAX_AFTER_THINNING = 3000;
/** More are not told apart: a chart has no room for them. */
const MAX_SESSIONS = 50_000;

/**
 * Keeps all requests of every n-th session, n doubling whenever there are more than 4,000 of them. Where that leaves too many,
 * because one session has most of them, every m-th of those that are kept.
 */
export const createSessionDots = (): SessionDots => {
  const lanes = new Map<string, number>();
  let dots: SessionDot[] = [];
  let stride = 1;
  let every = 1;
  let requests = 0;
  let kept = 0;

  const thin = (): void => {
    stride *= 2;
    dots = dots.filter((dot) => dot.lane % stride === 0);
    if (dots.length <= MAX_AFTER_THINNING) return;
    every *= 2;
    dots = dots.filter((_, index) => index % 2 === 0);
  };
  return {
    add(sessionId, timeMs) {
      const key = String(sessionId);
      let lane = lanes.get(key);
      if (lane === undefined) {
        if (lanes.size === MAX_SESSIONS) return;
        lane = lanes.size;
        lanes.set(key, lane);
      }
      requests++;
      if (lane % stride !== 0 || kept++ % every !== 0) return;
      dots.push({ lane, time_ms: timeMs });
      if (dots.length > MAX_DOTS) thin();
    },
    result: () => ({ sessions: lanes.size === 0 ? null : dots, sessions_total: lanes.size, dots_shown_of: requests }),
  };
};
