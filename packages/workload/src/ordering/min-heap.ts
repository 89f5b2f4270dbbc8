/** A priority queue: what comes first by `compare` is taken first. */
export interface MinHeap<T> {
  readonly size: number;
  /** The first, without taking it. */
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
}

/** Makes an empty binary heap. Equal items come in any order: let `compare` tell them apart where that matters. */
export const createMinHeap = <T>(compare: (a: T, b: T) => number): MinHeap<T> => {
  const items: T[] = [];
  const at = (index: number): T => items[index] as T;
  const swap = (a: number, b: number): void => {
    const kept = at(a);
    items[a] = at(b);
    items[b] = kept;
  };
  const rise = (from: number): void => {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (compare(at(parent), at(index)) <= 0) return;
      swap(parent, index);
      index = parent;
    }
  };
  const sink = (): void => {
    for (let index = 0; ; ) {
      const left = 2 * index + 1;
      if (left >= items.length) return;
      const smaller = left + 1 < items.length && compare(at(left + 1), at(left)) < 0 ? left + 1 : left;
      if (compare(at(index), at(smaller)) <= 0) return;
      swap(index, smaller);
      index = smaller;
    }
  };
  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      items.push(item);
      rise(items.length - 1);
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink();
      }
      return first;
    },
  };
};
