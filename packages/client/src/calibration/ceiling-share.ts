import type { ShapeCalibration } from '@aibrix/schema';

/** What a run asked of the client, on average over its time. */
export interface ClientLoad {
  requestsPerSecond: number;
  /** Token-carrying reads. */
  readsPerSecond: number;
  /** Of request bodies. */
  sentBytesPerSecond: number;
}

/** Bytes of a word of the calibration's prompts, and of what is around them. */
const WORD_BYTES = 5;
const BODY_BYTES = 200;

const bodyBytes = (promptTokens: number): number => promptTokens * WORD_BYTES + BODY_BYTES;

/**
 * Estimates what part of its ceiling the client was at. At the ceiling of a shape all of the client's time is used, so the
 * ceilings of shapes that differ in reads, or in bytes, tell what a request, a read and a byte cost (three linear equations);
 * the share is what a run's requests, reads and bytes would cost by that. Without a shape its part is left out.
 *
 * @returns 0 is idle, 1 the ceiling; null when the shape `coalesced` was not calibrated
 */
export const ceilingShare = (shapes: readonly ShapeCalibration[], load: ClientLoad): number | null => {
  const byName = new Map(shapes.map((calibration) => [calibration.shape.name, calibration]));
  const secondsOf = (name: string): { seconds: number; reads: number; bytes: number } | null => {
    const { ceiling_rps: ceiling, shape } = byName.get(name) ?? {};
    if (!ceiling || !shape) return null;
    return {
      seconds: 1 / ceiling,
      reads: shape.gap_ms === null ? 1 : shape.chunks,
      bytes: bodyBytes(shape.prompt_tokens),
    };
  };
  const base = secondsOf('coalesced');
  if (!base) return null;
  const paced = secondsOf('paced');
  const long = secondsOf('long-prompt');
  const perRead = paced ? Math.max(0, (paced.seconds - base.seconds) / (paced.reads - base.reads)) : 0;
  const perByte = long ? Math.max(0, (long.seconds - base.seconds) / (long.bytes - base.bytes)) : 0;
  const perRequest = Math.max(0, base.seconds - perRead * base.reads - perByte * base.bytes);
  return load.requestsPerSecond * perRequest + load.readsPerSecond * perRead + load.sentBytesPerSecond * perByte;
};
