export type { Clock } from './clock.js';
export { createRealClock } from './real-clock.js';
export { createVirtualClock, type VirtualClock } from './virtual-clock.js';
