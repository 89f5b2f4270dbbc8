import { parse, tokenize } from '@huggingface/jinja';

/** A parsed template. */
export type TemplateProgram = ReturnType<typeof parse>;

/** As much of a node of a parsed template as is looked at here. */
interface Node extends Record<string, unknown> {
  type: string;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode);

const visit = (node: Node, see: (node: Node) => void): void => {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
};

/**
 * `selectattr(name, "undefined")` of the library keeps nothing, because it tests only what is there. The same is
 * asked for by what has no such attribute being left over by `rejectattr(name, "defined")`.
 */
const mendUndefinedTest = (node: Node): void => {
  const { type, callee, args } = node;
  if (type !== 'CallExpression' || !isNode(callee) || !Array.isArray(args) || !isNode(args[1])) return;
  if (args[1].value !== 'undefined') return;
  if (callee.value === 'selectattr') callee.value = 'rejectattr';
  else if (callee.value === 'rejectattr') callee.value = 'selectattr';
  else return;
  args[1].value = 'defined';
};

const SILENT = ['Set', 'Comment'];

/** Whether a loop can be left, by `break` or `continue`, after something was printed in the same turn of it. */
const losesOutput = (statements: unknown, printedBefore: boolean): { loses: boolean; printed: boolean } => {
  let printed = printedBefore;
  for (const node of (Array.isArray(statements) ? statements : []).filter(isNode)) {
    if (node.type === 'Break' || node.type === 'Continue') return { loses: printed, printed };
    if (node.type === 'If') {
      const branches = [losesOutput(node.body, printed), losesOutput(node.alternate, printed)];
      if (branches.some(({ loses }) => loses)) return { loses: true, printed };
      printed = branches.some((branch) => branch.printed);
    } else if (!SILENT.includes(node.type)) printed = true;
  }
  return { loses: false, printed };
};

const requireSoundLoop = (node: Node): void => {
  if (node.type !== 'For' || !losesOutput(node.body, false).loses) return;
  throw new SyntaxError('a loop is left by break or continue after it printed something, which is not supported');
};

/** The marks of an assistant's answer, for training; they print nothing of their own. */
const withoutGenerationMarks = (source: string): string =>
  source
    .replace(/\{%([-+]?)\s*generation\s*([-+]?)%\}/g, '{%$1 if true $2%}')
    .replace(/\{%([-+]?)\s*endgeneration\s*([-+]?)%\}/g, '{%$1 endif $2%}');

/**
 * Parses a chat template as `transformers` does (`trim_blocks`, `lstrip_blocks`), mended or refused where the library
 * would print something else than Jinja.
 *
 * @throws Error that says what is wrong
 */
export const parseTemplate = (source: string): TemplateProgram => {
  const tokens = tokenize(withoutGenerationMarks(source), { lstrip_blocks: true, trim_blocks: true });
  const program = parse(tokens);
  visit(program as unknown as Node, (node) => {
    mendUndefinedTest(node);
    requireSoundLoop(node);
  });
  return program;
};
