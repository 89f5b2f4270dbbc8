import { ApiError } from '../completion/api-error.js';
import { type ModelCard, modelList } from './model-list.js';

export interface ServedModelsOptions {
  /** Names of base models; without it every name is served. */
  models: readonly string[] | undefined;
  /** Names of LoRA adapters that are there from the start, on the first base model. */
  loras: readonly string[];
  maxModelLen: number;
  /** When they were loaded, in epoch milliseconds. */
  createdMs: number;
}

const wrong = (message: string): ApiError => new ApiError(400, 'InvalidUserInput', message);

/** Which names are served: base models, and LoRA adapters that come and go. */
export class ServedModels {
  /** Kept up to date; undefined when every name is served. */
  readonly names: readonly string[] | undefined;
  readonly #names: string[];
  readonly #options: ServedModelsOptions;
  /** Paths by name. */
  readonly #adapters = new Map<string, string>();

  constructor(options: ServedModelsOptions) {
    this.#options = options;
    this.#names = [...(options.models ?? [])];
    this.names = options.models && this.#names;
    for (const name of options.loras) this.load(name, name);
  }

  /** Body of `GET /v1/models`. Where every name is served it is empty: a list would say that others are not. */
  list(): string {
    const { models = [], maxModelLen, createdMs } = this.#options;
    const bases = models.map((id): ModelCard => ({ id, root: id, parent: null }));
    const adapters = [...this.#adapters].map(([id, root]): ModelCard => ({ id, root, parent: models[0] ?? null }));
    return modelList([...bases, ...adapters], { maxModelLen, createdMs });
  }

  /** @throws ApiError as vLLM words it, when a name or a path is missing, or the name is taken */
  load(name: unknown, path: unknown): void {
    if (typeof name !== 'string' || typeof path !== 'string' || name === '' || path === '') {
      throw wrong("Both 'lora_name' and 'lora_path' must be provided.");
    }
    if (!this.names) throw wrong('Every name is served here. Name the base model to have adapters beside it.');
    if (this.#names.includes(name)) throw wrong(`The lora adapter '${name}' has already been loaded.`);
    this.#adapters.set(name, path);
    this.#names.push(name);
  }

  /** @throws ApiError when there is no such adapter */
  unload(name: unknown): void {
    if (typeof name !== 'string' || name === '')
      throw wrong("'lora_name' needs to be provided to unload a LoRA adapter.");
    if (!this.#adapters.delete(name)) {
      throw new ApiError(404, 'NotFoundError', `The lora adapter '${name}' cannot be found.`);
    }
    this.#names.splice(this.#names.indexOf(name), 1);
  }
}
