import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.env.AIBRIX_TEST_DATA ?? fileURLToPath(new URL('../../shared/data/', import.meta.url));

/** Path of a real trace, or undefined where there is none; with AIBRIX_REQUIRE_TEST_DATA=1 that is an error. */
export const sharedData = (name: string): string | undefined => {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  if (process.env.AIBRIX_REQUIRE_TEST_DATA === '1') throw new Error(`the tests need ${path}`);
  console.warn(`skipped: no ${name} in ${folder} (set AIBRIX_TEST_DATA)`);
  return undefined;
};
