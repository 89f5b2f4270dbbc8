import { stat } from 'node:fs/promises';
import { STDIO } from './open-input.js';

/** Whether a path is, or would become, a file of its own; stdout, devices and pipes are not. */
export const isPlainFile = async (path: string): Promise<boolean> => {
  if (path === STDIO) return false;
  return stat(path).then(
    (stats) => stats.isFile(),
    () => true,
  );
};
