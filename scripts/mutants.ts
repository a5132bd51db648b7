import ts from 'typescript';

/** A small fault that can be put into a file: the text between two positions is replaced. */
export type Mutant = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
  /** The line where it begins, counted from 1, and the text of that line. */
  readonly line: number;
  readonly code: string;
  /** Tells the same change at several places of one line apart: 1, 2, ... from the left. */
  readonly nth: number;
};

/**
 * Lists the faults that can be put into a file, one at a time, by place: at each place there may be several.
 *
 * Operators, comparison boundaries and constants are changed, conditions negated, branches swapped, and statements, elements of
 * arrays, defaults (`?? x`) and steps of a chain (`.filter(...)`) removed. Types, imports, and what only words a message are
 * left alone.
 */
export function mutantsOf(file: string, text: string): readonly (readonly Mutant[])[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  const lines = text.split('\n');
  const places: Mutant[][] = [];
  const alike = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (isLeftAlone(node)) return;
    const mutants = changesOf(node, source).map(({ start, end, replacement }) => {
      const line = source.getLineAndCharacterOfPosition(start).line;
      const original = text.slice(start, end);
      const change = `${line} ${original} ${replacement}`;
      const nth = (alike.get(change) ?? 0) + 1;
      alike.set(change, nth);
      return { file, start, end, original, replacement, line: line + 1, code: lines[line].trim(), nth };
    });
    if (mutants.length > 0) places.push(mutants);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return places;
}

export function withMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

type Change = { readonly start: number; readonly end: number; readonly replacement: string };

/** Fields and calls that only word something for people. */
const wordings = new Set(['message', 'hint', 'expected', 'received', 'why', 'description', 'title', 'label']);

function isLeftAlone(node: ts.Node): boolean {
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    (ts.isPropertyAssignment(node) && wordings.has(node.name.getText())) ||
    (ts.isNewExpression(node) && node.expression.getText() === 'Error')
  );
}

function changesOf(node: ts.Node, source: ts.SourceFile): readonly Change[] {
  const textOf = (part: ts.Node) => part.getText(source);
  const replace = (part: ts.Node, ...replacements: readonly string[]): Change[] =>
    replacements.map((replacement) => ({ start: part.getStart(source), end: part.getEnd(), replacement }));

  if (ts.isBinaryExpression(node)) return binaryChanges(node, source);
  if (ts.isPrefixUnaryExpression(node)) {
    const operand = textOf(node.operand);
    if (node.operator === ts.SyntaxKind.ExclamationToken || node.operator === ts.SyntaxKind.MinusToken) return replace(node, operand);
    if (node.operator === ts.SyntaxKind.PlusPlusToken) return replace(node, `--${operand}`);
    if (node.operator === ts.SyntaxKind.MinusMinusToken) return replace(node, `++${operand}`);
  }
  // A loop that counts the wrong way never ends, which says nothing of its tests.
  if (ts.isForStatement(node.parent) && node.parent.incrementor === node) return [];
  if (ts.isPostfixUnaryExpression(node)) {
    return replace(node, `${textOf(node.operand)}${node.operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++'}`);
  }
  if (ts.isNumericLiteral(node)) return replace(node, ...otherNumbers(node));
  if (node.kind === ts.SyntaxKind.TrueKeyword) return replace(node, 'false');
  if (node.kind === ts.SyntaxKind.FalseKeyword) return replace(node, 'true');
  if (ts.isConditionalExpression(node)) {
    const { condition, whenTrue, whenFalse } = node;
    return replace(node, `${textOf(condition)} ? ${textOf(whenFalse)} : ${textOf(whenTrue)}`);
  }
  if (ts.isIfStatement(node)) {
    const negated = replace(node.expression, `!(${textOf(node.expression)})`);
    return node.elseStatement || ts.isIfStatement(node.parent) ? negated : [...negated, ...replace(node, ';')];
  }
  if (ts.isExpressionStatement(node) || ts.isBreakOrContinueStatement(node)) return replace(node, ';');
  if (ts.isArrayLiteralExpression(node) && !isTarget(node)) return withoutOneElement(node, source);
  if (ts.isPropertyAccessExpression(node)) {
    const other = otherNames[textOf(node.name)];
    return other !== undefined && (ts.isCallExpression(node.parent) || textOf(node.expression) === 'Math') ? replace(node.name, other) : [];
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return droppedSteps.has(textOf(node.expression.name)) ? replace(node, textOf(node.expression.expression)) : [];
  }
  return [];
}

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
};

const otherNames: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null) as object, {
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  round: 'floor',
  some: 'every',
  every: 'some',
});

/** Steps of a chain after which the value has the type that it had before. */
const droppedSteps = new Set(['filter', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice']);

function binaryChanges(node: ts.BinaryExpression, source: ts.SourceFile): readonly Change[] {
  const { left, operatorToken, right } = node;
  const operator = operatorToken.getText(source);
  if (operator === '??') return [{ start: left.getEnd(), end: right.getEnd(), replacement: '' }];
  if (operator === '+' && [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side))) return [];
  const start = operatorToken.getStart(source);
  return (otherOperators[operator] ?? []).map((replacement) => ({ start, end: operatorToken.getEnd(), replacement }));
}

/** A whole number becomes its neighbours, another one a quarter larger and smaller. */
function otherNumbers(node: ts.NumericLiteral): readonly string[] {
  const value = Number(node.text);
  if (!Number.isInteger(value)) return [String(value * 1.25), String(value * 0.75)];
  return value === 0 ? ['1'] : [String(value + 1), String(value - 1)];
}

function withoutOneElement(node: ts.ArrayLiteralExpression, source: ts.SourceFile): readonly Change[] {
  return node.elements.map((_, dropped) => ({
    start: node.getStart(source),
    end: node.getEnd(),
    replacement: `[${node.elements
      .filter((_element, place) => place !== dropped)
      .map((element) => element.getText(source))
      .join(', ')}]`,
  }));
}

/** Whether an array is assigned to, as in `[a, b] = [b, a]`. */
function isTarget(node: ts.ArrayLiteralExpression): boolean {
  return ts.isBinaryExpression(node.parent) && node.parent.operatorToken.kind === ts.SyntaxKind.EqualsToken && node.parent.left === node;
}
