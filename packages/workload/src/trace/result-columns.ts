import type { TraceRow } from './trace-reader.js';

/** A result to be replayed. */
interface ResultRow {
  /** Seconds since the Unix epoch. */
  timeSeconds: number;
  inputTokens: number;
  outputTokens: number | null;
  sessionId: string | number | null | undefined;
  model: string | null | undefined;
}

/** Results, held as numbers until all are there. */
export interface ResultColumns {
  add(row: ResultRow): void;
  /** By time; results of one time as they were added. */
  inOrder(): {
    /** How many were added after a later one. */
    outOfOrder: number;
    /** Times count from the earliest. */
    rows(): Generator<TraceRow>;
  };
}

const NONE = -1;
const MICROSECONDS_PER_SECOND = 1e6;

/** Numbers each name the first time it comes. */
const createNames = <T extends string | number>(): { numberOf(name: T | null | undefined): number; names: T[] } => {
  const numbers = new Map<T, number>();
  const names: T[] = [];
  return {
    names,
    numberOf(name) {
      if (name == null) return NONE;
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, names.length);
      return names.push(name) - 1;
    },
  };
};

const FIELDS = 5;

export const createResultColumns = (): ResultColumns => {
  const sessions = createNames<string | number>();
  const models = createNames<string>();
  /** Time, input, output, session and model of each, one after another. */
  let values = new Float64Array(1024 * FIELDS);
  let count = 0;

  const grow = (): void => {
    const larger = new Float64Array(Math.ceil(values.length * 1.5));
    larger.set(values);
    values = larger;
  };
  const valueAt = (index: number, field: number): number => values[index * FIELDS + field] as number;
  const rowAt = (index: number, startSeconds: number): TraceRow => {
    const output = valueAt(index, 2);
    const session = sessions.names[valueAt(index, 3)];
    const model = models.names[valueAt(index, 4)];
    return {
      // Seconds since the epoch are exact to a quarter of a microsecond.
      timeMs: Math.round((valueAt(index, 0) - startSeconds) * MICROSECONDS_PER_SECOND) / 1000,
      inputTokens: valueAt(index, 1),
      outputTokens: output === NONE ? null : output,
      ...(session !== undefined && { sessionId: session }),
      ...(model !== undefined && { model }),
    };
  };

  return {
    add({ timeSeconds, inputTokens, outputTokens, sessionId, model }) {
      if ((count + 1) * FIELDS > values.length) grow();
      const fields = [
        timeSeconds,
        inputTokens,
        outputTokens ?? NONE,
        sessions.numberOf(sessionId),
        models.numberOf(model),
      ];
      values.set(fields, count * FIELDS);
      count++;
    },
    inOrder() {
      const order = new Uint32Array(count);
      let latest = Number.NEGATIVE_INFINITY;
      let outOfOrder = 0;
      for (let index = 0; index < count; index++) {
        order[index] = index;
        if (valueAt(index, 0) < latest) outOfOrder++;
        else latest = valueAt(index, 0);
      }
      order.sort((a, b) => valueAt(a, 0) - valueAt(b, 0) || a - b);
      return {
        outOfOrder,
        *rows() {
          const startSeconds = count === 0 ? 0 : valueAt(order[0] as number, 0);
          for (const index of order) yield rowAt(index, startSeconds);
        },
      };
    },
  };
};
