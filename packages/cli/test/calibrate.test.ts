import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calibrationSchema } from '@aibrix/schema';
import { describe, expect, it } from 'vitest';
import { steady, useTrial } from './trial.js';

const trial = useTrial();

describe('calibrate', () => {
  it('prints the ceiling and the curve, and later runs say how far from it they were', async () => {
    const env = { AIBRIX_CALIBRATION: join(trial.cwd, 'cache', 'calibration.json') };
    const quick = '--search-seconds 0.1 --curve-seconds 0.2';
    const { code, stdout, stderr } = await trial.aibrix(`calibrate --shape coalesced ${quick}`, { env });
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('calibration.json') });
    expect(stdout).toMatch(/coalesced: 100-token prompts/);
    const calibration = calibrationSchema.parse(JSON.parse(await readFile(env.AIBRIX_CALIBRATION, 'utf8')));
    const [shape] = calibration.shapes;
    // A machine that is busy with other tests may carry little; it carries something, or says that it does not.
    if (shape?.ceiling_rps == null) {
      expect(stdout).toContain('ceiling: none');
      return;
    }
    expect(stdout).toMatch(/ceiling: [\d,]+ requests\/s/);
    expect(shape.curve.map(({ ceiling_fraction }) => ceiling_fraction)).toEqual([0.1, 0.25, 0.5, 0.75, 0.9]);
    expect(stdout.match(/ % {2}/g)).toHaveLength(5);

    await trial.workload(steady(20, 10));
    const run = await trial.aibrix(
      `client --workload-path w.jsonl --endpoint ${trial.url} --model sim --output-file-path o.jsonl`,
      { env },
    );
    expect(run.stderr).toMatch(/at [\d.]+ % of the ceiling of the client on this machine/);
    const record = JSON.parse(await readFile(join(trial.cwd, 'o.run.json'), 'utf8'));
    expect(record.calibration).toMatchObject({ measured_at: calibration.measured_at });
  }, 90_000);

  it.each([
    ['--shape coalesce', /there is no shape "coalesce"[\s\S]*Did you mean coalesced/],
    ['--server-cpus 999999 --search-seconds 0.1', /the reference server does not start/],
  ])('%s is refused in words', async (flags, message) => {
    const { code, stderr } = await trial.aibrix(`calibrate ${flags}`);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
