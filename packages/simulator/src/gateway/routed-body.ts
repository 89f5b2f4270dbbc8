/** What a gateway reads of a request's body. It does not check it: that is the engine's. */
export interface RoutedBody {
  model: string | undefined;
  stream: boolean;
  /** `stream_options.include_usage`. */
  includeUsage: boolean;
  /** The whole prompt as one text: messages, `prompt` or `input`, or token ids in words. */
  promptText: string;
}

type JsonObject = Record<string, unknown>;

const asObject = (value: unknown): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** All texts in `value`, in their order. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return `${value} `;
  if (Array.isArray(value)) return value.map(textOf).join('');
  if (typeof value !== 'object' || value === null) return '';
  const { role, content, text } = asObject(value);
  return textOf(role) + textOf(content) + textOf(text);
};

/** Reads a body leniently; `undefined` when it is no JSON object. */
export const readRoutedBody = (json: string): RoutedBody | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const body = asObject(parsed);
  const { model } = body;
  return {
    model: typeof model === 'string' && model !== '' ? model : undefined,
    stream: body.stream === true,
    includeUsage: asObject(body.stream_options).include_usage === true,
    promptText: textOf(body.instructions) + textOf(body.messages ?? body.prompt ?? body.input),
  };
};
