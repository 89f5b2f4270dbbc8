import { APIS, type Api } from './protocol.js';
import { PROTOCOLS } from './protocols.js';

/** What the client reads answers by, or what has an option of its own that the results tell of. */
const RESERVED: Readonly<Record<string, string>> = {
  model: 'set the model of the run, or of a request',
  messages: 'it is what the workload says',
  prompt: 'it is what the workload says',
  input: 'it is what the workload says',
  stream: 'use the option for streaming',
  stream_options: 'use the option for continuous usage',
  n: 'one answer a request is measured',
};

/** Whether an API generates tokens. One that is not known is refused by `protocolProblems`. */
export const isGenerative = (api: Api): boolean => PROTOCOLS[api]?.isGenerative ?? true;

/** What is wrong with the options of what is sent. */
export const protocolProblems = ({
  api,
  continuousUsage,
  sendTokenIds,
  extraBody,
}: {
  api: Api;
  continuousUsage: boolean;
  sendTokenIds: boolean;
  extraBody: Readonly<Record<string, unknown>>;
}): string[] => {
  if (!APIS.includes(api)) return [`api: expected one of ${APIS.join(', ')}, found ${JSON.stringify(api)}`];
  const problems = Object.entries(RESERVED)
    .filter(([field]) => Object.hasOwn(extraBody, field))
    .map(([field, instead]) => `extraBody.${field}: it cannot be set here: ${instead}`);
  if (continuousUsage && api !== 'chat' && api !== 'completions') {
    problems.push(`continuousUsage: ${api} has no usage in every chunk`);
  }
  if (sendTokenIds && (api === 'chat' || api === 'responses')) {
    problems.push(`sendTokenIds: ${api} takes text only; completions and embeddings take token ids`);
  }
  return problems;
};
