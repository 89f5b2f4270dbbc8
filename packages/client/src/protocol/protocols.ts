import { chat } from './chat.js';
import { completions } from './completions.js';
import { embeddings } from './embeddings.js';
import type { Api, Protocol } from './protocol.js';
import { responses } from './responses.js';

/** How each API is spoken. */
export const PROTOCOLS: Readonly<Record<Api, Protocol>> = { chat, completions, responses, embeddings };
