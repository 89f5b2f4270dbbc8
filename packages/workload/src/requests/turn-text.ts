import type { WorkloadRequest } from '@aibrix/schema';

/**
 * What a turn of a session says: its prompt, or as messages where a system message comes first. The tokens of the system
 * message are no part of `prompt_length`.
 */
export const turnText = (prompt: string, system: string | undefined): Pick<WorkloadRequest, 'prompt' | 'messages'> =>
  system === undefined
    ? { prompt }
    : {
        messages: [
          { role: 'system', content: system },
          { role: 'user', content: prompt },
        ],
      };
