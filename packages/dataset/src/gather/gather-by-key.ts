import { NumberColumn } from './number-column.js';
import { ValueSpill } from './value-spill.js';

/** A value of a group. */
export interface KeyedValue<Value> {
  /** `1` and `"1"` are two keys. */
  key: string | number;
  /** What JSON can hold. */
  value: Value;
}

/** The values of one key, in the order in which they came. */
export interface KeyedGroup<Value> {
  key: string | number;
  values: Value[];
}

/** Groups are read back together until they come to this much. */
const BATCH_BYTES = 1 << 20;
const BATCH_VALUES = 1 << 12;

/** A text of its own: one that was cut out of a larger text keeps all of that in memory, and keys are kept to the end. */
const copied = (key: string | number): string | number =>
  typeof key === 'string' ? Buffer.from(key, 'utf16le').toString('utf16le') : key;

/** Numbers of the values, group by group: those of group g stand from `starts[g]` to `starts[g + 1]`, ascending. */
interface GroupOrder {
  keys: (string | number)[];
  starts: Uint32Array;
  values: Uint32Array;
}

const orderByGroup = (keys: (string | number)[], groupOf: NumberColumn<Uint32Array<ArrayBuffer>>): GroupOrder => {
  const starts = new Uint32Array(keys.length + 1);
  for (let value = 0; value < groupOf.length; value++) (starts[groupOf.at(value) + 1] as number)++;
  for (let group = 0; group < keys.length; group++) (starts[group + 1] as number) += starts[group] as number;
  const next = starts.slice();
  const values = new Uint32Array(groupOf.length);
  for (let value = 0; value < groupOf.length; value++) values[(next[groupOf.at(value)] as number)++] = value;
  return { keys, starts, values };
};

const spillValues = async <Value>(
  items: AsyncIterable<KeyedValue<Value>>,
  spill: ValueSpill,
  signal: AbortSignal | undefined,
): Promise<GroupOrder> => {
  const groups = new Map<string | number, number>();
  const groupOf = new NumberColumn((length) => new Uint32Array(length));
  for await (const { key, value } of items) {
    signal?.throwIfAborted();
    let group = groups.get(key);
    if (group === undefined) {
      group = groups.size;
      groups.set(copied(key), group);
    }
    groupOf.push(group);
    const full = spill.add(value);
    if (full) await full;
  }
  signal?.throwIfAborted();
  await spill.finish();
  return orderByGroup([...groups.keys()], groupOf);
};

/** The group behind the last one that is read together with `first`; at least one is. */
const endOfBatch = ({ keys, starts, values }: GroupOrder, first: number, spill: ValueSpill): number => {
  let bytes = 0;
  let group = first;
  do {
    for (let at = starts[group] as number; at < (starts[group + 1] as number); at++) {
      bytes += spill.sizeOf(values[at] as number);
    }
    group++;
  } while (
    group < keys.length &&
    bytes < BATCH_BYTES &&
    (starts[group] as number) - (starts[first] as number) < BATCH_VALUES
  );
  return group;
};

const readGroups = async function* <Value>(
  order: GroupOrder,
  spill: ValueSpill,
  signal: AbortSignal | undefined,
): AsyncGenerator<KeyedGroup<Value>> {
  const { keys, starts, values } = order;
  for (let first = 0; first < keys.length; ) {
    const end = endOfBatch(order, first, spill);
    const texts = await spill.read(values.slice(starts[first], starts[end]).sort());
    for (let group = first; group < end; group++) {
      signal?.throwIfAborted();
      const numbers = values.subarray(starts[group], starts[group + 1]);
      yield {
        key: keys[group] as string | number,
        values: Array.from(numbers, (number) => texts.get(number) as Value),
      };
    }
    first = end;
  }
};

/**
 * Groups a stream by key: groups in the order in which their keys first came, values in the order in which they came.
 *
 * Values go to a temporary file as JSON, and memory holds where they stand: about 24 bytes a value, the keys, and the
 * values of the groups that are being read. The file is removed at the end, after an error, and when the consumer stops.
 *
 * @param options.signal ends the work; its reason is thrown, at the next value or group
 * @throws BenchmarkError `output` when the temporary file cannot be written; whatever `items` throws
 */
export const gatherByKey = async function* <Value>(
  items: AsyncIterable<KeyedValue<Value>>,
  options: { signal?: AbortSignal | undefined } = {},
): AsyncGenerator<KeyedGroup<Value>> {
  const { signal } = options;
  signal?.throwIfAborted();
  const spill = await ValueSpill.create();
  try {
    const order = await spillValues(items, spill, signal);
    yield* readGroups<Value>(order, spill, signal);
  } finally {
    await spill.remove();
  }
};
