import {
  type DocumentOptions,
  isScalar,
  LineCounter,
  type ParseOptions,
  parseDocument,
  type SchemaOptions,
} from 'yaml';

const bool = (value: boolean, test: RegExp) => ({
  tag: 'tag:yaml.org,2002:bool',
  default: true as const,
  test,
  resolve: () => value,
});

/** YAML 1.2, and the booleans `yes`, `no`, `on` and `off` of YAML 1.1, which the Python tool reads. */
const DIALECT: ParseOptions & DocumentOptions & SchemaOptions = {
  customTags: (tags) => [...tags, bool(true, /^(?:yes|Yes|YES|on|On|ON)$/), bool(false, /^(?:no|No|NO|off|Off|OFF)$/)],
};

export interface ParsedYaml {
  value: unknown;
  /** What is wrong with the text, and its 1-based line; then `value` says nothing. */
  problem: { message: string; line: number } | undefined;
  /** The 1-based line of the value at a path of keys. */
  lineOf: (path: readonly PropertyKey[]) => number | undefined;
  /** The value at a path of keys as it is written, without quotes; undefined where it is none or more than one. */
  textOf: (path: readonly PropertyKey[]) => string | undefined;
}

/** Parses one YAML document. Messages do not show its lines: one of them may hold a key. */
export const parseYaml = (text: string): ParsedYaml => {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...DIALECT, lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  return {
    value: error ? undefined : (document.toJS() as unknown),
    problem: error && { message: error.message, line: lines.linePos(error.pos[0]).line },
    textOf: (path) => {
      const node: unknown = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
    lineOf: (path) => {
      const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
      return node?.range && lines.linePos(node.range[0]).line;
    },
  };
};
