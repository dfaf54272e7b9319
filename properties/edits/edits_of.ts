import ts from 'typescript';

/** One arbitrary change of a source file, small enough to be a slip of the pen. */
export interface Edit {
  readonly file: string;
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** Offsets of the replaced text. */
  readonly start: number;
  readonly end: number;
}

const SWAPPED: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
  [ts.SyntaxKind.AmpersandAmpersandToken]: '||',
  [ts.SyntaxKind.BarBarToken]: '&&',
  [ts.SyntaxKind.PlusToken]: '-',
  [ts.SyntaxKind.MinusToken]: '+',
  [ts.SyntaxKind.PlusEqualsToken]: '-=',
  [ts.SyntaxKind.MinusEqualsToken]: '+=',
  [ts.SyntaxKind.AmpersandToken]: '|',
  [ts.SyntaxKind.BarToken]: '&',
};

/**
 * Every edit of a file: operators swapped, conditions fixed, statements left out, numbers and booleans changed. Texts
 * of messages stay.
 */
export function editsOf(file: string, text: string): Edit[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const edits: Edit[] = [];
  const replace = (node: ts.Node, to: string): void => {
    const start = node.getStart(source);
    const from = text.slice(start, node.end);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    edits.push({ file, line, from, to, start, end: node.end });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isTemplateExpression(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (isMessage(node)) return;
    if (ts.isBinaryExpression(node)) {
      const swapped = SWAPPED[node.operatorToken.kind];
      if (swapped !== undefined) replace(node.operatorToken, swapped);
    } else if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
      const condition = ts.isIfStatement(node) ? node.expression : node.condition;
      replace(condition, 'true');
      replace(condition, 'false');
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, node.operand.getText(source));
    } else if (ts.isPostfixUnaryExpression(node)) {
      const operand = node.operand.getText(source);
      replace(node, `${operand}${node.operator === ts.SyntaxKind.PlusPlusToken ? '--' : '++'}`);
    } else if (ts.isNumericLiteral(node) && !ts.isPropertyAssignment(node.parent))
      replace(node, `${Number(node.text) + 1}`);
    else if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, 'true');
    else if (ts.isExpressionStatement(node) || ts.isContinueStatement(node)) replace(node, ';');
    else if (ts.isReturnStatement(node) && node.expression !== undefined) replaceReturn(node.expression, replace);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits;
}

/** Returns whether the node joins the lines of a message. */
function isMessage(node: ts.Node): boolean {
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return false;
  return ts.isStringLiteral(node.right) || ts.isTemplateExpression(node.right);
}

function replaceReturn(expression: ts.Expression, replace: (node: ts.Node, to: string) => void): void {
  if (ts.isNumericLiteral(expression) || ts.isObjectLiteralExpression(expression)) return;
  if (expression.kind === ts.SyntaxKind.TrueKeyword || expression.kind === ts.SyntaxKind.FalseKeyword) return;
  if (expression.kind === ts.SyntaxKind.NullKeyword || ts.isIdentifier(expression)) return;
  replace(expression, '(0 as never)');
}

/** The text of the file with the edit. */
export function edited(text: string, { start, end, to }: Edit): string {
  return text.slice(0, start) + to + text.slice(end);
}
