import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));

/** The whole Azure conversation trace of 2023. */
export const AZURE_CONVERSATION_TRACE: string = join(folder, 'AzureLLMInferenceTrace_conv.csv');

/** True where tests on it are to be skipped: it is missing, and AIBRIX_REQUIRE_TEST_DATA does not ask for it. */
export const isTraceMissing: boolean =
  !existsSync(AZURE_CONVERSATION_TRACE) && process.env.AIBRIX_REQUIRE_TEST_DATA !== '1';

if (isTraceMissing) {
  process.stderr.write(`skipped: tests on ${AZURE_CONVERSATION_TRACE}, which is missing (see AIBRIX_TEST_DATA)\n`);
}
