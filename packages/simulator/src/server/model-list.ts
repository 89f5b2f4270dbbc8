/** One model of the list. */
export interface ModelCard {
  id: string;
  /** Where it comes from: the name of a base model, the path of an adapter. */
  root: string;
  /** The base model of an adapter. */
  parent: string | null;
}

/**
 * Body of `GET /v1/models`, as vLLM has it.
 *
 * @param options.createdMs when the models were loaded, in epoch milliseconds
 */
export const modelList = (
  models: readonly ModelCard[],
  { maxModelLen, createdMs }: { maxModelLen: number; createdMs: number },
): string =>
  JSON.stringify({
    object: 'list',
    data: models.map(({ id, root, parent }) => ({
      id,
      object: 'model',
      created: Math.floor(createdMs / 1e3),
      owned_by: 'aibrix-simulator',
      root,
      parent,
      max_model_len: parent === null ? maxModelLen : null,
    })),
  });
