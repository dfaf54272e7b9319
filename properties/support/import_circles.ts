import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { alg, Graph } from '@dagrejs/graphlib';
import ts from 'typescript';

/** The imports that count: those that run code, or those of types as well. */
export type Imports = 'values' | 'types';

/**
 * Circles of imports among the files of src/.
 * @param root - directory of the checkout
 * @param imports - `types` counts every import, `values` only those that are left after compilation
 * @returns the files of each circle, sorted
 */
export function importCircles(root: string, imports: Imports): string[][] {
  const graph = new Graph();
  const files = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.posix.join('src', file.split(path.sep).join('/')));
  const known = new Set(files);
  for (const file of files) graph.setNode(file);
  for (const file of files) {
    for (const imported of importsOf(path.join(root, file), imports)) {
      const base = path.posix.join(path.posix.dirname(file), imported.replace(/\.js$/, ''));
      const target = [`${base}.ts`, `${base}/index.ts`].find((candidate) => known.has(candidate));
      if (target !== undefined) graph.setEdge(file, target);
    }
  }
  return alg.findCycles(graph).map((circle) => [...circle].sort());
}

function importsOf(file: string, imports: Imports): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const { moduleSpecifier } = statement;
    if (moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    if (!moduleSpecifier.text.startsWith('.')) return [];
    return imports === 'types' || hasValues(statement) ? [moduleSpecifier.text] : [];
  });
}

function hasValues(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return !statement.isTypeOnly;
  const clause = statement.importClause;
  if (clause === undefined) return true;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return false;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return true;
  return namedBindings.elements.some(({ isTypeOnly }) => !isTypeOnly);
}
