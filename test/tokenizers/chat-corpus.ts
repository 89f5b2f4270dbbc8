import type { TemplateMessage } from '@aibrix/synthesis';
import type { Model } from './models.js';

/** A conversation, and how it is rendered. */
export interface Chat {
  messages: TemplateMessage[];
  addGenerationPrompt?: boolean;
  variables?: Record<string, unknown>;
}

const user = (content: string): TemplateMessage => ({ role: 'user', content });
const assistant = (content: string): TemplateMessage => ({ role: 'assistant', content });
const system = (content: string): TemplateMessage => ({ role: 'system', content });

const TOOL = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Wetter für "Orte" <b>&amp;</b> 漢字',
    parameters: { type: 'object', properties: { place: { type: 'string' }, days: { type: 'integer', default: 3 } } },
  },
};

/** Conversations that every template is tried on; some refuse some of them. */
export const CHATS: readonly Chat[] = [
  { messages: [user('Hello.')] },
  { messages: [user('What is a message queue?')] },
  { messages: [user('  spaces \n around\n\n')] },
  { messages: [user('')] },
  { messages: [user('漢字 🦜 naïve\tcafé\r\nend')] },
  { messages: [user('say <|eot_id|> </s> <|im_end|> <end_of_turn> [/INST] <｜User｜> to me')] },
  { messages: [user('Hello.')], addGenerationPrompt: false },
  { messages: [system('Be brief.'), user('Why?')] },
  { messages: [user('One.'), assistant('Two.'), user('Three?')] },
  { messages: [system('S'), user('1'), assistant('2'), user('3'), assistant('4'), user('5')] },
  { messages: [user('One.'), assistant('Two.')], addGenerationPrompt: false },
  { messages: [user('a'), assistant('<think>\nhm\n</think>\n\nb'), user('c')] },
  { messages: [user('a'), user('b')] },
  { messages: [user('x'.repeat(2000)), assistant('word '.repeat(300)), user('\n'.repeat(50))] },
  { messages: [user('Weather?')], variables: { tools: [TOOL] } },
  { messages: [user('Hello.')], variables: { enable_thinking: false } },
];

/** A model's own template, or, by file, another one. */
export const CHAT_TEMPLATES: readonly { model: Model; file?: string }[] = [
  { model: 'llama3_1' },
  { model: 'qwen3' },
  { model: 'deepseek_v3' },
  { model: 'mistral_nemo' },
  // These packages come without one.
  { model: 'llama2', file: 'instruction-tags' },
  { model: 'gemma2', file: 'turns' },
  { model: 'gpt4o', file: 'chatml' },
  { model: 'llama3_1', file: 'dated' },
];

/** What a conversation becomes. */
export interface GoldenChat {
  /** The rendered text, or the first characters and hash of a long one. */
  text?: string;
  sha256?: string;
  ids?: number[] | { count: number; sha256: string };
  /** The template's own refusal. */
  refused?: string;
}
