import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Calibration, calibrationSchema } from '@aibrix/schema';

/** Where the calibration of this machine stands: `AIBRIX_CALIBRATION`, else in the cache folder (`XDG_CACHE_HOME`, `~/.cache`). */
export const calibrationPath = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment.AIBRIX_CALIBRATION ||
  join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'aibrix', 'calibration.json');

/** The stored calibration; undefined where there is none that can be read: a run is as good without, only less described. */
export const readCalibration = async (
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Calibration | undefined> => {
  try {
    return calibrationSchema.parse(JSON.parse(await readFile(calibrationPath(environment), 'utf8')));
  } catch {
    return undefined;
  }
};
