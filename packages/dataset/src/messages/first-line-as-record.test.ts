import { expect, test } from 'vitest';
import { firstLineAsRecord } from './first-line-as-record.js';

const wrapped = async (text: string, size: number): Promise<string> => {
  const bytes = Buffer.from(text);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  };
  const parts: Uint8Array[] = [];
  for await (const part of firstLineAsRecord(chunks())) parts.push(part);
  return Buffer.concat(parts).toString();
};

test.for([
  ['[1]\n[2]\n', '{"messages":[1]}\n[2]\n'],
  ['[1]', '{"messages":[1]}'],
  ['\uFEFF\n [[1]]\r\n[2]', '\uFEFF\n {"messages":[[1]]\r}\n[2]'],
] as const)('makes %j into %j at every chunk size', async ([text, expected]) => {
  for (let size = 1; size <= 20; size++) expect(await wrapped(text, size)).toBe(expected);
});
