import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRealClock } from './real-clock.js';
import { createVirtualClock } from './virtual-clock.js';

describe('virtual clock', () => {
  it('fires timers in order of time, equal times in the order they were set', async () => {
    const clock = createVirtualClock({ startMs: 100 });
    const fired: [string, number][] = [];
    const note = (name: string) => () => fired.push([name, clock.now()]);
    clock.at(300, note('c'));
    clock.at(200, note('a'));
    clock.at(200, note('b'));
    clock.at(50, note('overdue'));
    expect(await clock.run()).toBe(300);
    expect(fired).toEqual([
      ['overdue', 100],
      ['a', 200],
      ['b', 200],
      ['c', 300],
    ]);
  });

  it('honours timers that are set while it runs, from promises too', async () => {
    const clock = createVirtualClock();
    const times: number[] = [];
    const loop = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) {
        await clock.sleepUntil(clock.now() + 10);
        times.push(clock.now());
      }
    };
    const running = loop();
    await clock.run();
    await running;
    expect(times).toEqual([10, 20, 30, 40, 50]);
  });

  it('stops at the time asked for', async () => {
    const clock = createVirtualClock();
    let fired = 0;
    clock.at(10, () => fired++);
    clock.at(1000, () => fired++);
    await clock.advanceTo(500);
    expect([clock.now(), fired, clock.pending]).toEqual([500, 1, 1]);
  });

  it('runs until a promise settles, and leaves later timers alone', async () => {
    const clock = createVirtualClock();
    let fired = 0;
    clock.at(1000, () => fired++);
    const work = async (): Promise<number> => {
      for (let i = 0; i < 3; i++) await clock.sleepUntil(clock.now() + 10);
      return clock.now();
    };
    expect(await clock.runUntil(work())).toBe(30);
    expect([clock.now(), fired, clock.pending]).toEqual([30, 0, 1]);
    await expect(clock.runUntil(Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('stands still while a file is read, however long that takes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'virtual-clock-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const clock = createVirtualClock();
    const work = async (): Promise<[string, number]> => {
      await clock.sleepUntil(10);
      const text = await readFile(pipe, 'utf8');
      await clock.sleepUntil(clock.now() + 5);
      return [text, clock.now()];
    };
    // The reading waits for whoever writes, ten times as long as the patience.
    const writer = spawn('sh', ['-c', 'sleep 0.5; echo there > "$0"', pipe]);
    expect(await clock.runUntil(work(), { patienceMs: 50 })).toEqual(['there\n', 15]);
    writer.kill();
    await rm(folder, { recursive: true });
  });

  it('says so when a promise waits for what will never happen', async () => {
    const clock = createVirtualClock();
    const never = new Promise<void>(() => {});
    await expect(clock.runUntil(never, { patienceMs: 30 })).rejects.toThrow(
      'no timer is set on the virtual clock, and nothing else came in 30 ms',
    );
  });

  it('does not fire what was cancelled', async () => {
    const clock = createVirtualClock();
    let fired = false;
    const cancel = clock.at(10, () => {
      fired = true;
    });
    cancel();
    cancel();
    await clock.run();
    expect([fired, clock.pending]).toEqual([false, 0]);
  });

  it('keeps order among thousands of timers', async () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    for (let i = 0; i < 3000; i++) {
      const timeMs = (i * 7919) % 2999;
      clock.at(timeMs, () => seen.push(timeMs));
    }
    await clock.run();
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen).toHaveLength(3000);
  });
});

describe.each([
  ['virtual', createVirtualClock],
  ['real', createRealClock],
])('sleeping on the %s clock', (_, create) => {
  it('rejects with the reason when the signal aborts, before or meanwhile', async () => {
    const clock = create();
    const reason = new Error('stop');
    await expect(clock.sleepUntil(1e15, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = clock.sleepUntil(clock.now() + 1e9, { signal: controller.signal });
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});

describe('real clock', () => {
  it('agrees with wall time and never goes back', () => {
    const clock = createRealClock();
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1000);
    let last = clock.now();
    for (let i = 0; i < 100_000; i++) {
      const now = clock.now();
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
  });

  it('never fires before its time, nor before at() has returned', async () => {
    const clock = createRealClock();
    for (const delayMs of [-5, 0, 0.3, 1, 2.7, 12]) {
      const due = clock.now() + delayMs;
      let isSet = false;
      await new Promise<void>((resolve) => {
        clock.at(due, () => {
          expect(isSet).toBe(true);
          expect(clock.now()).toBeGreaterThanOrEqual(due);
          resolve();
        });
        isSet = true;
      });
    }
  });

  it('does not fire what was cancelled', async () => {
    const clock = createRealClock();
    let fired = 0;
    const now = clock.now();
    const cancels = [clock.at(now + 1, () => fired++), clock.at(now + 8, () => fired++)];
    for (const cancel of cancels) cancel();
    await clock.sleepUntil(now + 20);
    expect(fired).toBe(0);
  });
});
