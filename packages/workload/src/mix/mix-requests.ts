import { parseOptions } from '@aibrix/core/validation';
import type { WorkloadRequest } from '@aibrix/schema';
import { z } from 'zod';
import { countNote } from '../count-note.js';
import type { GeneratedWorkload, WorkloadFindings } from '../generated-workload.js';
import { keyOf } from '../tools/request-key.js';
import { transformWorkload } from '../tools/transform-workload.js';
import type { WorkloadInput } from '../tools/workload-input.js';
import { type Mix, mixSchema } from './mix.js';
import { createMixPicker, describeMix, mostFrequent } from './mix-picker.js';

const GENERATOR = 'mix';

/** Options of `mixRequests`: at least one mix. */
export interface MixRequestsOptions {
  /** Models to ask: a base and its LoRA adapters, for example. */
  models?: Mix | undefined;
  /** Values of the header `user`. */
  users?: Mix | undefined;
  /** Same seed, same choices. Default 0. */
  seed?: number | string | undefined;
  /** Whether a model or user that a request already has is replaced. Default false. */
  replace?: boolean | undefined;
}

/** The options with defaults filled in. */
export interface MixRequestsSettings {
  models?: Mix | undefined;
  users?: Mix | undefined;
  seed: number | string;
  replace: boolean;
}

/** Checks the options of `mixRequests` and fills in defaults. */
export const mixRequestsOptionsSchema: z.ZodType<MixRequestsSettings, MixRequestsOptions> = z
  .strictObject({
    models: mixSchema.optional(),
    users: mixSchema.optional(),
    seed: z.union([z.number(), z.string()]).default(0),
    replace: z.boolean().default(false),
  })
  .refine(({ models, users }) => models !== undefined || users !== undefined, {
    path: ['models'],
    message: 'models or users must be given',
  });

/** Sets one field of requests. */
interface FieldMixer {
  set(request: WorkloadRequest, key: string): void;
  findings(): WorkloadFindings;
}

const createFieldMixer = (
  field: 'model' | 'user',
  mix: Mix,
  { seed, replace }: { seed: number | string; replace: boolean },
): FieldMixer => {
  const pick = createMixPicker(mix, seed, `mix/${field}`);
  const counts = new Map<string, number>();
  let kept = 0;
  let replaced = 0;
  return {
    set(request, key) {
      if (request[field] != null) {
        if (!replace) {
          kept++;
          return;
        }
        replaced++;
      }
      const name = pick(key);
      request[field] = name;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    findings: () => ({
      statistics: { [`${field}s_chosen`]: counts.size, [`requests_by_${field}`]: mostFrequent(counts) },
      notes: [
        ...countNote(`requests that have a ${field} of their own, which is kept`, kept),
        ...countNote(`requests that had another ${field}, which is replaced`, replaced),
      ],
    }),
  };
};

/**
 * A workload whose requests ask for the models, or come from the users, of a mix: sets `model` and `user`. All requests of
 * a session get the same; a request without one gets its own. What they get follows from the seed and the session or
 * request id alone. A field that is already there is kept, unless `replace` is set.
 *
 * @throws BenchmarkError `usage` that names every problem of the options; whatever the input throws
 */
export const mixRequests = (input: WorkloadInput, options: MixRequestsOptions): GeneratedWorkload => {
  const { models, users, seed, replace } = parseOptions(mixRequestsOptionsSchema, options, GENERATOR);
  return transformWorkload(input, {
    generator: GENERATOR,
    options: {
      ...(models && { models: describeMix(models) }),
      ...(users && { users: describeMix(users) }),
      replace,
    },
    seed,
    leavesEntriesOut: false,
    keepsTimes: true,
    start() {
      const mixers: FieldMixer[] = [];
      if (models) mixers.push(createFieldMixer('model', models, { seed, replace }));
      if (users) mixers.push(createFieldMixer('user', users, { seed, replace }));
      return {
        apply(entry, number) {
          const requests = entry.requests.map((request, index) => {
            const mixed = { ...request };
            const key = keyOf(request, number, index);
            for (const mixer of mixers) mixer.set(mixed, key);
            return mixed;
          });
          return { ...entry, requests };
        },
        findings() {
          const found = mixers.map((mixer) => mixer.findings());
          return {
            statistics: Object.assign({}, ...found.map(({ statistics }) => statistics)),
            notes: found.flatMap(({ notes }) => notes),
          };
        },
      };
    },
  });
};
