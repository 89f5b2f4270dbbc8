import { expect, it } from 'vitest';
import { podOf } from './pod.js';

it('gives each pod a name and an address of its own', () => {
  expect(podOf(0)).toEqual({ name: 'sim-pod-0', address: '10.0.0.1:8000' });
  expect(podOf(250)).toEqual({ name: 'sim-pod-250', address: '10.0.1.1:8000' });
  const addresses = Array.from({ length: 1_000 }, (_, index) => podOf(index).address);
  expect(new Set(addresses).size).toBe(1_000);
});
