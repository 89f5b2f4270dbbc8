import { describe, expect, it } from 'vitest';
import type { RawSample } from './exposition-reader.js';
import { SeriesIndex, SeriesNumbers } from './series-index.js';

const sample = (seriesText: string): RawSample => ({ name: 'a', seriesText, value: 1, timeSeconds: null });
const typeOf = (): 'gauge' => 'gauge';

describe('SeriesIndex', () => {
  it('tells each series once, when a record with it is made', () => {
    const index = new SeriesIndex(new SeriesNumbers());
    const first = index.find(sample('a{x="1"}'), typeOf);
    const second = index.find(sample('a{x="1"}'), typeOf);
    if (!first || !second) throw new Error('no series');
    expect(index.tell([second]).series).toEqual([{ id: 0, name: 'a', type: 'gauge', labels: { x: '1' } }]);
    expect(index.tell([first])).toEqual({ series: [], samples: [[0, 1]] });
  });

  it('takes no more series than memory has room for, over all pages, and still reads those it knows', () => {
    const numbers = new SeriesNumbers();
    const [one, two] = [new SeriesIndex(numbers), new SeriesIndex(numbers)];
    for (let i = 0; i < 60_000; i++) one.find(sample(`a{x="${i}"}`), typeOf);
    const found = Array.from({ length: 60_000 }, (_, i) => two.find(sample(`a{x="${i}"}`), typeOf));
    expect(found.filter((entry) => entry !== null)).toHaveLength(40_000);
    expect(one.find(sample('a{x="0"}'), typeOf)).not.toBeNull();
  });
});
