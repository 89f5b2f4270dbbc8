import type { WorkloadRequest } from '@aibrix/schema';
import { chat } from './chat.js';
import { completions } from './completions.js';
import { embeddings } from './embeddings.js';
import type { Api, BodyOptions, Protocol, RequestProblem } from './protocol.js';
import { responses } from './responses.js';

/** How each API is spoken. */
export const PROTOCOLS: Readonly<Record<Api, Protocol>> = { chat, completions, responses, embeddings };

/** What keeps a request from being sent; null when nothing does. */
export type ProblemOf = (request: WorkloadRequest) => RequestProblem | null;

/** Finds requests that the API of a run cannot take. */
export const problemsFor = (settings: { api: Api } & Pick<BodyOptions, 'sendTokenIds'>): ProblemOf => {
  const protocol = PROTOCOLS[settings.api];
  return (request) => protocol.problemOf(request, settings);
};
