import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer } from '../src/tokenizer/load-tokenizer.js';
import type { Tokenizer } from '../src/tokenizer/tokenizer.js';
import { TINY_BPE_FILE } from './tiny-bpe.js';

/** The tiny tokenizer without its split into words, so that further merges can span them. */
const loadSpanning = async (merges: readonly (readonly [string, string])[]): Promise<Tokenizer> => {
  const folder = await mkdtemp(join(tmpdir(), 'aibrix-spanning-'));
  try {
    const definition = JSON.parse(await readFile(TINY_BPE_FILE, 'utf8'));
    definition.pre_tokenizer.use_regex = false;
    for (const [left, right] of merges) {
      if (!(left in definition.model.vocab && right in definition.model.vocab))
        throw new Error(`no ${left} or ${right}`);
      definition.model.vocab[left + right] ??= Object.keys(definition.model.vocab).length;
      definition.model.merges.push(`${left} ${right}`);
    }
    const file = join(folder, 'tokenizer.json');
    await writeFile(file, JSON.stringify(definition));
    return await loadTokenizer(file);
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** One token for the end of a sentence and the word after it. */
export const loadSentenceSpanning = (): Promise<Tokenizer> =>
  loadSpanning(
    ['ĠThe', 'ĠThis', 'ĠWhat', 'ĠHow', 'ĠPlease', 'ĠEach', 'ĠOur', 'ĠI'].map((word) => ['.', word] as const),
  );

/** One token for many pairs of words, as "superword" vocabularies have them. */
export const loadWordSpanning = (): Promise<Tokenizer> => {
  const pairs =
    'in a,in the,at a,on a,for a,of a,is the,the first,how to,people who,a new,a small,a large,the best,a good,with a,with the,about the,that the,and the,would you,does it,this is,every day,what is,should be';
  return loadSpanning(pairs.split(',').map((pair) => pair.split(' ').map((word) => `Ġ${word}`) as [string, string]));
};

/** Every token twice: no text has an odd number of them. */
export const doubling = (tokenizer: Tokenizer): Tokenizer => {
  const twice = (ids: Uint32Array): Uint32Array => Uint32Array.from([...ids, ...ids]);
  return {
    ...tokenizer,
    name: `${tokenizer.name}, doubled`,
    encode: (text) => twice(tokenizer.encode(text)),
    encodeWithSpecialTokens: (text) => twice(tokenizer.encodeWithSpecialTokens(text)),
    decode: (ids) => tokenizer.decode(ids.subarray(0, ids.length / 2)),
    count: (text) => 2 * tokenizer.count(text),
  };
};
