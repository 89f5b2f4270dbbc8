import {
  type Document,
  type DocumentOptions,
  isMap,
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

const groupedInteger = {
  tag: 'tag:yaml.org,2002:int',
  default: true as const,
  test: /^[-+]?[1-9][0-9]*(?:_[0-9]+)+$/,
  resolve: (text: string) => Number(text.replaceAll('_', '')),
};

/** YAML 1.2, and what the Python tool reads of YAML 1.1: `yes`, `no`, `on`, `off`, `60_000`, and merge keys. */
const DIALECT: ParseOptions & DocumentOptions & SchemaOptions = {
  merge: true,
  customTags: (tags) => [
    ...tags,
    bool(true, /^(?:yes|Yes|YES|on|On|ON)$/),
    bool(false, /^(?:no|No|NO|off|Off|OFF)$/),
    groupedInteger,
  ],
};

/** The values of a document; a problem where it refers to an anchor that is not there. */
const valuesOf = (document: Document.Parsed): { value: unknown; problem?: string } => {
  try {
    const value: unknown = document.toJS();
    // A value that holds itself cannot be written, nor walked through.
    JSON.stringify(value);
    return { value };
  } catch {
    // The message of the library names the alias, which may be a key that begins with an asterisk.
    return {
      value: undefined,
      problem: 'an alias (*name) refers to an anchor (&name) that is not there, or to itself',
    };
  }
};

export interface ParsedYaml {
  value: unknown;
  /** What is wrong with the text, and its 1-based line; then `value` says nothing. */
  problem: { message: string; line: number } | undefined;
  /** The 1-based line on which the last key of a path stands. */
  lineOf: (path: readonly PropertyKey[]) => number | undefined;
  /** The value at a path of keys as it is written, without quotes; undefined where it is none or more than one. */
  textOf: (path: readonly PropertyKey[]) => string | undefined;
}

/** Parses one YAML document. Messages do not show its lines: one of them may hold a key. */
export const parseYaml = (text: string): ParsedYaml => {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...DIALECT, lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  const values = error ? { value: undefined } : valuesOf(document);
  const aliasProblem =
    'problem' in values && values.problem !== undefined ? { message: values.problem, line: 1 } : undefined;
  return {
    value: values.value,
    problem: error ? { message: error.message, line: lines.linePos(error.pos[0]).line } : aliasProblem,
    textOf: (path) => {
      const node: unknown = document.getIn(path, true);
      return isScalar(node) ? node.source : undefined;
    },
    lineOf: (path) => {
      const section: unknown = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
      if (!isMap(section)) return undefined;
      const key = section.items.map((pair) => pair.key).find((node) => isScalar(node) && node.value === path.at(-1));
      return isScalar(key) && key.range ? lines.linePos(key.range[0]).line : undefined;
    },
  };
};
