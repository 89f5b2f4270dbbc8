export {
  createEngine,
  type Engine,
  type EngineListener,
  type EngineOptions,
  type EngineRequest,
  type EngineStats,
} from './engine/engine.js';
export type { EngineCounters, EngineFinish } from './engine/engine-counters.js';
export { ENGINE_PROFILES, type EngineProfile, type EngineProfileName, engineProfile } from './engine/engine-profile.js';
export { type StepLoad, type StepTime, stepDurationMs } from './engine/step-time.js';
export { ROUTING_STRATEGIES, type StrategyName } from './gateway/routing-strategy.js';
export type { AnswerShape } from './reference/answer-shape.js';
export { type ReferenceServer, type ReferenceTruth, startReferenceServer } from './reference/reference-server.js';
export { type ReferenceProcess, spawnReferenceServer } from './reference/spawn-reference-server.js';
export type { PodStats } from './server/pod-stats.js';
export { type Simulator, type SimulatorStats, startSimulator } from './server/simulator.js';
export type { SimulatorOptions } from './server/simulator-options.js';
export type { RequestCounts } from './server/tally.js';
export type { TruthRecord } from './server/truth-log.js';
export type { VirtualEvents } from './virtual/virtual-exchange.js';
export {
  createVirtualServer,
  type VirtualRequest,
  type VirtualServer,
  type VirtualServerOptions,
} from './virtual/virtual-server.js';
