import { z } from 'zod';

/** Options of `clientTrace`. */
export interface ClientTraceOptions {
  /** Results of the client, of ours or of the Python tool. `.gz` and `.zst` are decompressed; `-` is stdin. */
  path: string;
}

/** The options as they are in force. */
export interface ClientTraceSettings {
  path: string;
}

/** Checks the options of `clientTrace`. */
export const clientTraceOptionsSchema: z.ZodType<ClientTraceSettings, ClientTraceOptions> = z.strictObject({
  path: z.string().min(1, 'must name a file'),
});
