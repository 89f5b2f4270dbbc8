/** The part of a file that a 206 answer holds. */
export interface ContentRange {
  start: number;
  /** Of the whole file. */
  totalBytes: number;
}

/** Reads `bytes 100-999/1000`; `undefined` when it is anything else, or not the rest of the file. */
export const restOfFile = (headers: Headers): ContentRange | undefined => {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('content-range')?.trim() ?? '');
  if (!match) return undefined;
  const [start, end, totalBytes] = match.slice(1).map(Number) as [number, number, number];
  return start <= end && end === totalBytes - 1 ? { start, totalBytes } : undefined;
};

const isEncoded = (headers: Headers): boolean => {
  const encoding = headers.get('content-encoding');
  return encoding !== null && encoding !== 'identity';
};

/** Bytes of the file by `content-length`; null where it is not said, or is the length of something else. */
export const lengthOfBody = (headers: Headers): number | null => {
  const length = headers.get('content-length');
  return length === null || !/^\d+$/.test(length) || isEncoded(headers) ? null : Number(length);
};

const MIN_AGE_MS = 1000;

/**
 * What tells this version of the file from every other, for `If-Range`: a strong ETag, or else a Last-Modified that is
 * old enough to be one (RFC 9110, 8.8.2.2). `undefined` where there is none: such a download cannot go on later.
 */
export const validatorOf = (headers: Headers): string | undefined => {
  // Offsets in an encoded body are not offsets in the file.
  if (isEncoded(headers)) return undefined;
  const etag = headers.get('etag')?.trim();
  if (etag && /^"[^"]*"$/.test(etag)) return etag;
  const modified = headers.get('last-modified') ?? '';
  const age = Date.parse(headers.get('date') ?? '') - Date.parse(modified);
  return age >= MIN_AGE_MS ? modified : undefined;
};

/** Whether an answer is of the version that `validator` stands for, as far as it says. */
export const isSameVersion = (headers: Headers, validator: string): boolean => {
  const found = headers.get(validator.startsWith('"') ? 'etag' : 'last-modified')?.trim();
  return found === undefined || found === validator;
};
