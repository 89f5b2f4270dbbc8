import { z } from 'zod';
import { type DeliveredDispersion, dispersionSchema, type Verdict, verdictSchema } from './run-record.js';
import { SCHEMA_VERSION } from './schema-version.js';

/** What the requests of a calibration were like. */
export interface CalibrationShape {
  name: string;
  description: string;
  prompt_tokens: number;
  /** Tokens of an answer, one a chunk. */
  chunks: number;
  /** From a request to its first token, in milliseconds. */
  first_token_ms: number;
  /** Between two chunks, in milliseconds; null: the whole answer in one write. */
  gap_ms: number | null;
}

/** How the client did at one rate. Null: nothing was measured. */
export interface Probe {
  /** Requests a second that were asked for. */
  rate: number;
  requests: number;
  seconds: number;
  verdict: Verdict;
  client_lag_p50_ms: number | null;
  client_lag_p99_ms: number | null;
  /** TTFT as the client measured it minus what the server knows it was. */
  ttft_error_p50_ms: number | null;
  ttft_error_p99_ms: number | null;
  /** Arrivals as planned and as delivered. */
  dispersion: DeliveredDispersion[] | null;
  /** CPU time of the client's process over the time of the run: 1 is one core. */
  cores_busy: number;
  failed: number;
}

/** What one shape of request came to. */
export interface ShapeCalibration {
  shape: CalibrationShape;
  /** Highest open-loop rate with a valid verdict, in requests a second; null when not even the lowest one had one. */
  ceiling_rps: number | null;
  /** The client at parts of its ceiling. */
  curve: (Probe & { ceiling_fraction: number })[];
}

/** The ceiling of a machine's client and the error of its timing: what `aibrix calibrate` stores. */
export interface Calibration {
  schema_version: string;
  client_version: string;
  /** ISO 8601 in UTC. */
  measured_at: string;
  machine: Record<string, unknown>;
  /** Worker threads of the client. */
  workers: number;
  shapes: ShapeCalibration[];
}

const figure = z.number().nullable();

const probeFields = {
  rate: z.number(),
  requests: z.number(),
  seconds: z.number(),
  verdict: verdictSchema,
  client_lag_p50_ms: figure,
  client_lag_p99_ms: figure,
  ttft_error_p50_ms: figure,
  ttft_error_p99_ms: figure,
  dispersion: z.array(dispersionSchema).nullable(),
  cores_busy: z.number(),
  failed: z.number(),
};

export const calibrationSchema: z.ZodType<Calibration> = z.looseObject({
  schema_version: z.literal(SCHEMA_VERSION),
  client_version: z.string(),
  measured_at: z.string(),
  machine: z.record(z.string(), z.unknown()),
  workers: z.number(),
  shapes: z.array(
    z.looseObject({
      shape: z.looseObject({
        name: z.string(),
        description: z.string(),
        prompt_tokens: z.number(),
        chunks: z.number(),
        first_token_ms: z.number(),
        gap_ms: figure,
      }),
      ceiling_rps: figure,
      curve: z.array(z.looseObject({ ...probeFields, ceiling_fraction: z.number() })),
    }),
  ),
});
