import { nameOfInput, type WorkloadInput } from './workload-input.js';

/** What made a workload, as origins and manifests have it. */
interface Maker {
  generator: string;
  seed: number | string | null;
  options: Record<string, unknown>;
}

const isMaker = (value: unknown): value is Maker => {
  const { generator, options } = (value ?? {}) as Partial<Maker>;
  return typeof generator === 'string' && typeof options === 'object' && options !== null;
};

/** The generators behind files and tools, with their seeds, each as a text. */
const generatorsOf = ({ generator, seed, options }: Maker): string[] => {
  const { manifest, inputs } = options;
  const behind = [manifest, ...(Array.isArray(inputs) ? inputs : [])].filter(isMaker);
  if (behind.length > 0) return behind.flatMap(generatorsOf);
  return seed === null || seed === undefined ? [] : [JSON.stringify([generator, `${seed}`])];
};

/** Says which inputs have prompts that were made by the same generator with the same seed. */
export const sameSeedNotes = (inputs: readonly WorkloadInput[]): string[] => {
  const names = new Map<string, string[]>();
  for (const input of inputs) {
    if (!input.origin?.synthesis) continue;
    for (const generator of new Set(generatorsOf(input.origin))) {
      names.set(generator, [...(names.get(generator) ?? []), nameOfInput(input)]);
    }
  }
  return [...names.values()]
    .filter(({ length }) => length > 1)
    .map((same) => `inputs made with the same seed may hold the same prompts: ${same.join(', ')}`);
};
