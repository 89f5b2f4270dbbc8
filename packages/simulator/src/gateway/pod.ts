/** One replica of the engine, as a gateway names it. */
export interface Pod {
  /** Such as `sim-pod-0`. */
  readonly name: string;
  /** IP and port, such as `10.0.0.1:8000`. No packet goes there: they are names. */
  readonly address: string;
}

/** Addresses below 10.0.0.0/8 that end in 1 to 250. */
const HOSTS_A_NETWORK = 250;

/** The pod number `index`, from 0. */
export const podOf = (index: number): Pod => {
  const network = Math.floor(index / HOSTS_A_NETWORK);
  const host = (index % HOSTS_A_NETWORK) + 1;
  return { name: `sim-pod-${index}`, address: `10.0.${network}.${host}:8000` };
};

/** What a routing strategy knows of a pod that is up. */
export interface PodState extends Pod {
  /** Requests that the gateway sent there and that have not ended. */
  readonly requests: number;
  /** Share of its KV cache in use, from 0 to 1. */
  readonly kvCacheUsage: number;
  /** Mean prompt tokens of the requests that ended there; null before the first. */
  readonly meanPromptTokens: number | null;
  /** Mean tokens of their answers. */
  readonly meanOutputTokens: number | null;
}
