/** A model on the Hugging Face hub, at one revision of its repository. */
export interface ModelId {
  organization: string;
  model: string;
  /** Branch, tag or commit; `main` unless the id says `@revision`. */
  revision: string;
}

// A name may not start with a dot, so that no id can be a path out of the cache.
const MODEL_ID = /^(?<organization>\w[\w.-]*)\/(?<model>\w[\w.-]*)(?:@(?<revision>\w[\w.-]*))?$/;

/** Reads `organization/model` or `organization/model@revision`; `undefined` when `text` is neither. */
export const parseModelId = (text: string): ModelId | undefined => {
  const groups = MODEL_ID.exec(text)?.groups;
  if (!groups?.organization || !groups.model) return undefined;
  return { organization: groups.organization, model: groups.model, revision: groups.revision ?? 'main' };
};

export const formatModelId = (id: ModelId): string =>
  `${id.organization}/${id.model}${id.revision === 'main' ? '' : `@${id.revision}`}`;
