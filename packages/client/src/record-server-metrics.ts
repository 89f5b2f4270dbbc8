import { openJsonlWriter } from '@aibrix/core/jsonl';
import type { ServerMetricsRecord } from '@aibrix/schema';

/** Writes what a server's metrics pages say, as it comes; no file where they say nothing. */
export const recordServerMetrics = async (
  records: AsyncIterable<ServerMetricsRecord>,
  outputPath: string,
): Promise<void> => {
  let writer: Awaited<ReturnType<typeof openJsonlWriter>> | undefined;
  for await (const record of records) {
    writer ??= await openJsonlWriter(outputPath, { mode: 'in-place' });
    await writer.write(record);
  }
  await writer?.close();
};
