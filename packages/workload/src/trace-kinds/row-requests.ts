import type { WorkloadRequest } from '@aibrix/schema';
import type { WorkloadFindings } from '../generated-workload.js';
import { blockRequests } from '../requests/block-requests.js';
import { plainRequests } from '../requests/plain-requests.js';
import { type PromptMaterial, requestMaking } from '../requests/prompt-material.js';
import type { RequestMaking } from '../requests/request-maker.js';
import type { TraceRow } from '../trace/trace-reader.js';
import type { TraceSettings } from './trace-options.js';

/** Makes a request of each row of a trace. */
export interface RowMaker {
  next(row: TraceRow): WorkloadRequest | Promise<WorkloadRequest>;
  findings(): WorkloadFindings;
}

/** Starts a new sequence of requests, and says what they are made with. */
export interface RowMaking extends Omit<RequestMaking, 'start'> {
  start(): RowMaker;
}

const BLOCKS_NOTE = 'the blocks that the trace names are not looked at: prompts are chosen by their lengths alone';

/** How the prompts of a trace are made: of its blocks where it names them and lengths are to be exact, else of its lengths. */
export const rowMaking = (
  material: PromptMaterial,
  options: { generator: string; blockTokens: number | undefined; tolerancePercent: number; settings: TraceSettings },
): RowMaking => {
  const { generator, blockTokens, tolerancePercent, settings } = options;
  const { seed, lengthMode, withText, cacheFigures } = settings;
  const making = requestMaking(material, {
    generator,
    seed,
    lengthMode,
    withText,
    cacheFigures,
    fromPool: (pool, use) => plainRequests(pool, { seed, tolerancePercent }, use),
  });
  if (blockTokens === undefined || lengthMode !== 'exact') {
    return {
      ...making,
      start() {
        const maker = making.start();
        return {
          next: ({ inputTokens, outputTokens }) => maker.next({ promptTokens: inputTokens, outputTokens }),
          findings() {
            const { statistics, notes } = maker.findings();
            return { statistics, notes: [...(blockTokens === undefined ? [] : [BLOCKS_NOTE]), ...notes] };
          },
        };
      },
    };
  }
  return {
    ...making,
    start() {
      const maker = blockRequests(withText ? material.source : undefined, {
        generator,
        seed,
        blockTokens,
        cacheFigures,
      });
      return {
        next: ({ blocks = [], inputTokens, outputTokens }) => maker.next({ blocks, inputTokens, outputTokens }),
        findings: () => maker.findings(),
      };
    },
  };
};
