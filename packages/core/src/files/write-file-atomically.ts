import { openOutput } from './open-output.js';

/**
 * Writes a whole file that appears under its name at once, or not at all. Missing folders are made.
 *
 * @throws BenchmarkError `output` when it cannot be written
 */
export const writeFileAtomically = async (path: string, content: string | Uint8Array): Promise<void> => {
  const output = await openOutput(path);
  try {
    await output.write(typeof content === 'string' ? Buffer.from(content) : content);
  } catch (error) {
    await output.discard();
    throw error;
  }
  await output.close();
};
