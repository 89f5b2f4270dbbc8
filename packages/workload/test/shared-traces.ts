import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** The whole Azure conversation trace of 2023. */
export const AZURE_CONVERSATION_TRACE: string = join(folder, 'AzureLLMInferenceTrace_conv.csv');

/** The whole Mooncake conversation trace. */
export const MOONCAKE_CONVERSATION_TRACE: string = join(folder, 'mooncake_conversation_trace.jsonl');

/** True where tests on a trace are to be skipped: it is missing, and AIBRIX_REQUIRE_TEST_DATA does not ask for it. */
export const isMissing = (path: string): boolean => {
  if (existsSync(path) || process.env.AIBRIX_REQUIRE_TEST_DATA === '1') return false;
  process.stderr.write(`skipped: tests on ${path}, which is missing (see AIBRIX_TEST_DATA)\n`);
  return true;
};
