/** Version of the files that carry one (manifests, run records, reports). It changes when a reader would have to. */
export const SCHEMA_VERSION = 'aibrix.benchmark.v1';
