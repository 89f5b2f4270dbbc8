import type { Turn } from '../conversation/fold-conversation.js';

/** One element of a ShareGPT file. */
export interface ConversationElement {
  /** `undefined` where there is none that names a session. */
  id: string | number | undefined;
  turns: Turn[];
}

/** What ShareGPT files and their relatives call the senders. */
const ROLES: ReadonlyMap<unknown, Turn['role']> = new Map<unknown, Turn['role']>([
  ['human', 'user'],
  ['user', 'user'],
  ['gpt', 'assistant'],
  ['assistant', 'assistant'],
  ['chatgpt', 'assistant'],
  ['bing', 'assistant'],
  ['bard', 'assistant'],
  ['model', 'assistant'],
  ['system', 'system'],
]);

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** A message says `from` and `value`, or `role` and `content`. */
const turnOf = (message: unknown): Turn => {
  if (!isObject(message)) return { role: 'other', text: '' };
  const sender = message.from ?? message.role;
  const text = message.value ?? message.content;
  return {
    role: ROLES.get(typeof sender === 'string' ? sender.toLowerCase() : sender) ?? 'other',
    text: typeof text === 'string' ? text : '',
  };
};

const idOf = (id: unknown): string | number | undefined => {
  if (typeof id === 'number') return Number.isFinite(id) ? id : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** Reads an element as a conversation; `undefined` when it is none, for want of an array of messages. */
export const readConversation = (element: unknown): ConversationElement | undefined => {
  if (!isObject(element) || !Array.isArray(element.conversations)) return undefined;
  return { id: idOf(element.id), turns: element.conversations.map(turnOf) };
};

/** Whether an element has the form of ShareGPT beyond doubt, as the first of a file must. */
export const isShareGpt = ({ turns }: ConversationElement): boolean =>
  turns.length === 0 || turns.some(({ role }) => role !== 'other');
