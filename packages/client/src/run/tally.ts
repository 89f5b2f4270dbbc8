import { createQuantileSketch, type Judgement, judgeRun, type QuantileSketch } from '@aibrix/metrics';
import { type RequestResult, type RunRecord, wasNeverSent } from '@aibrix/schema';
import { Activity } from './activity.js';

/** System errors that mean this machine, not the server, had no connection left to give. */
const OWN_FAULT_CODES: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']);

/** What a tally needs to know of a request that was handed to the transport, beyond its result. */
export interface ResultConduct {
  /** When its bytes went out; null where they did not. */
  sentMs: number | null;
  /** Of its body. */
  sentBytes: number;
  answer: { tokensSoFar: number; hasContinuousUsage: boolean; reads: number };
}

/** Counts a run as it goes: what its record and its live view need, in constant memory. */
export class Tally {
  readonly #lagsMs: QuantileSketch = createQuantileSketch();
  readonly #errors = new Map<string, number>();
  /** For those who watch the run. */
  readonly activity: Activity = new Activity();
  #recorded = 0;
  #sent = 0;
  #succeeded = 0;
  #unsent = 0;
  #unsentByOwnFault = 0;
  #outputTokens = 0;
  #lastEndSeconds = 0;
  #reads = 0;
  #sentBytes = 0;
  #hasContinuousUsage = false;

  add(result: RequestResult, outcome: ResultConduct | null): void {
    this.#recorded++;
    this.#lastEndSeconds = Math.max(this.#lastEndSeconds, result.end_time ?? 0);
    if (result.status === 'success') this.#succeeded++;
    else this.#addError(result);
    let lagSeconds: number | null = null;
    if (outcome?.sentMs != null && result.dispatch_lag != null) {
      this.#sent++;
      lagSeconds = result.dispatch_lag - (result.queue_time ?? 0) - (result.connect_time ?? 0);
      this.#lagsMs.add(Math.round(lagSeconds * 1e6) / 1000);
    }
    this.#reads += outcome?.answer.reads ?? 0;
    this.#sentBytes += outcome?.sentBytes ?? 0;
    const outputTokens = result.output_tokens ?? outcome?.answer.tokensSoFar ?? 0;
    this.#outputTokens += outputTokens;
    this.activity.ended(result, { lagSeconds, outputTokens });
    this.#hasContinuousUsage ||= outcome?.answer.hasContinuousUsage ?? false;
  }

  #addError(result: RequestResult): void {
    const type = result.error_type ?? 'unknown';
    this.#errors.set(type, (this.#errors.get(type) ?? 0) + 1);
    if (wasNeverSent(result)) this.#unsent++;
    if (result.start_time == null && OWN_FAULT_CODES.has(result.error_code ?? '')) this.#unsentByOwnFault++;
  }

  get sent(): number {
    return this.#sent;
  }

  get succeeded(): number {
    return this.#succeeded;
  }

  get outputTokens(): number {
    return this.#outputTokens;
  }

  /** Token-carrying reads. */
  get reads(): number {
    return this.#reads;
  }

  /** Bytes of the bodies of requests. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get lastEndSeconds(): number {
    return this.#lastEndSeconds;
  }

  get itlTokensSource(): RunRecord['itl_tokens_source'] {
    return this.#hasContinuousUsage ? 'usage' : 'chunk';
  }

  counts(): RunRecord['counts'] {
    return {
      offered: this.#recorded,
      sent: this.#sent,
      succeeded: this.#succeeded,
      failed: this.#recorded - this.#succeeded - this.#unsent,
      unsent: this.#unsent,
      errors: Object.fromEntries([...this.#errors].sort(([a], [b]) => a.localeCompare(b))),
    };
  }

  judge(maxClientLagMs: number): Judgement {
    return judgeRun({
      clientLagsMs: this.#lagsMs,
      offered: this.#recorded,
      sent: this.#sent,
      unsent: this.#unsentByOwnFault,
      maxClientLagMs,
    });
  }
}
