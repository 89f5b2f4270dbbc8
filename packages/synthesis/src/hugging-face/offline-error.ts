import { BenchmarkError } from '@aibrix/core/errors';
import type { ModelFile } from './model-file.js';
import { formatModelId } from './model-id.js';

/** A file of a model is not in a cache, and may not be downloaded. */
export const offlineError = ({ id, fileName }: ModelFile): BenchmarkError =>
  new BenchmarkError(
    'tokenizer',
    `the ${fileName} of ${formatModelId(id)} is not in the cache, and HF_HUB_OFFLINE is set`,
    {
      hint: 'Unset HF_HUB_OFFLINE to download it once, or put the files of its tokenizer in a folder and give that path.',
    },
  );
