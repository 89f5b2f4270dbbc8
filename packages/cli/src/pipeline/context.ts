import type { Clock } from '@aibrix/core/clock';
import { createPromptSource, loadTokenizer, type PromptSource, type Tokenizer } from '@aibrix/synthesis';
import { bytes } from '../output/format.js';
import type { Reporter } from '../output/reporter.js';

/** What every stage of a pipeline shares. */
export interface Context {
  reporter: Reporter;
  clock: Clock;
  environment: Readonly<Record<string, string | undefined>>;
  /** The first wish to stop: generators end, and a run sends nothing new. */
  drainSignal: AbortSignal | undefined;
  /** The second: everything ends now. */
  signal: AbortSignal | undefined;
}

/** Loads a tokenizer once, when a stage first needs it. */
export class Prompts {
  readonly #name: string;
  readonly #seed: number | string;
  readonly #context: Context;
  #tokenizer: Promise<Tokenizer> | undefined;
  #source: PromptSource | undefined;

  constructor(name: string, seed: number | string, context: Context) {
    this.#name = name;
    this.#seed = seed;
    this.#context = context;
  }

  tokenizer(): Promise<Tokenizer> {
    this.#tokenizer ??= this.#load();
    return this.#tokenizer;
  }

  async source(): Promise<PromptSource> {
    if (this.#source) return this.#source;
    const source = createPromptSource(await this.tokenizer(), { seed: this.#seed });
    if (source.method === 'verified') {
      this.#context.reporter.line(`tokenizer ${this.#name} does not add up, so every prompt is counted (slower)`);
    }
    this.#source = source;
    return source;
  }

  #load(): Promise<Tokenizer> {
    const { environment, reporter, drainSignal } = this.#context;
    return loadTokenizer(this.#name, {
      env: environment,
      signal: drainSignal,
      onProgress: ({ file, receivedBytes, totalBytes }) => {
        const total = totalBytes === null ? '' : ` of ${bytes(totalBytes)}`;
        reporter.status(`tokenizer downloading ${file}: ${bytes(receivedBytes)}${total}`);
      },
    });
  }
}
