import type { WorkloadRequest } from '@aibrix/schema';

/** Whether a request has what is to be asked, and not its length alone. */
export const hasText = ({ prompt, messages, prompt_token_ids }: WorkloadRequest): boolean =>
  prompt != null || messages != null || prompt_token_ids != null;
