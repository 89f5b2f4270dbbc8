declare module 'tdigest' {
  export interface Centroid {
    mean: number;
    n: number;
  }

  export class TDigest {
    /**
     * @param delta largest share of the mass that one centroid may hold
     * @param K centroids · delta above which it compresses by itself; 0 switches that off
     * @param CX growth of the count after which cumulative counts are refreshed
     */
    constructor(delta?: number | false, K?: number, CX?: number);
    size(): number;
    push(value: number, n?: number): void;
    push_centroid(centroids: Centroid | Centroid[]): void;
    toArray(): Centroid[];
    percentile(share: number): number | undefined;
  }
}
