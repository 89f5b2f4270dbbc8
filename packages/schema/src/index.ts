export {
  type Calibration,
  type CalibrationShape,
  calibrationSchema,
  type Probe,
  type ShapeCalibration,
} from './calibration.js';
export {
  type ChatMessage,
  chatMessageSchema,
  type DatasetRecord,
  datasetRecordSchema,
  isMessagesRecord,
  isSessionRecord,
  type MessagesPrompt,
  messagesPromptSchema,
  type PlainPrompt,
  type PromptSession,
  plainPromptSchema,
  promptSessionSchema,
} from './dataset-record.js';
export {
  type Manifest,
  manifestPath,
  manifestSchema,
  type Synthesis,
  synthesisSchema,
  type TokenizerIdentity,
  tokenizerIdentitySchema,
} from './manifest.js';
export { type ProgressQuantiles, type ProgressRecord, progressRecordSchema } from './progress-record.js';
export {
  ERROR_TYPES,
  type ErrorType,
  type RequestResult,
  requestResultSchema,
  wasNeverSent,
} from './request-result.js';
export {
  type CeilingShare,
  type DeliveredDispersion,
  type PrefixCacheReset,
  type PreflightRecord,
  type RunConnections,
  type RunRecord,
  runRecordPath,
  runRecordSchema,
  type ServerMetricsSummary,
  type Verdict,
  type VerdictFigures,
  verdictSchema,
} from './run-record.js';
export { SCHEMA_VERSION } from './schema-version.js';
export {
  type MetricSample,
  type MetricSeries,
  type MetricValue,
  type ServerMetricsRecord,
  serverMetricsPath,
  serverMetricsRecordSchema,
} from './server-metrics-record.js';
export {
  type WorkloadEntry,
  type WorkloadRequest,
  workloadEntrySchema,
  workloadRequestSchema,
} from './workload-entry.js';
