import { asObject, isFilledText, type Loose } from './answer.js';

/** The text of one call, or of a part of it: a line that begins with its name. */
export const callText = (name: unknown, args: unknown): string =>
  (isFilledText(name) ? `\n${name} ` : '') + (isFilledText(args) ? args : '');

/**
 * The tool calls of a message or a delta as text, a line a call: its name, a space, its arguments. The parts of a call
 * make the line when they are put together. Empty when no call says anything, as in a chunk that only opens one.
 */
export const toolCallsText = ({ tool_calls: calls, function_call: single }: Loose): string => {
  let text = '';
  for (const call of Array.isArray(calls) ? calls : []) {
    const called = asObject(asObject(call)?.function);
    text += callText(called?.name, called?.arguments);
  }
  const called = asObject(single);
  return called ? text + callText(called.name, called.arguments) : text;
};
