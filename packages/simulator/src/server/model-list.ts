/**
 * Body of `GET /v1/models`, as vLLM has it.
 *
 * @param createdMs when the models were loaded, in epoch milliseconds
 */
export const modelList = (models: readonly string[], maxModelLen: number, createdMs: number): string =>
  JSON.stringify({
    object: 'list',
    data: models.map((id) => ({
      id,
      object: 'model',
      created: Math.floor(createdMs / 1e3),
      owned_by: 'aibrix-simulator',
      root: id,
      parent: null,
      max_model_len: maxModelLen,
    })),
  });
