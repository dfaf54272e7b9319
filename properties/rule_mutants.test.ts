import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { MUTANTS } from '../src/rules/mutants';
import { ROOT } from './support/cli';

const FOLDER = path.join(ROOT, 'src', 'rules');

/** `Broken by A13`, `(A2)`: the mutants that a comment names. */
const NAMED = /(?:Broken by |\()([A-Z]\d+(?:-[a-z][a-z-]*)?)\b/g;

/** The rules whose comments name mutants: the rule and the mutant. */
function named(): [rule: string, mutant: string][] {
  const found: [string, string][] = [];
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('_rules.ts'))) {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    const visit = (node: ts.Node): void => {
      if (ts.isPropertySignature(node)) {
        const comments = ts.getLeadingCommentRanges(text, node.pos) ?? [];
        const comment = comments.map(({ pos, end }) => text.slice(pos, end)).join('\n');
        for (const [, id] of comment.matchAll(NAMED)) found.push([node.name.getText(), id]);
      }
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  }
  return found;
}

test('a mutant that the comment of a rule names changes that rule', () => {
  const changes = new Map(MUTANTS.map(({ id, changes: rules }) => [id, Object.keys(rules)]));
  const pairs = named();
  expect(pairs.length).toBeGreaterThan(50);
  expect(pairs.filter(([rule, id]) => changes.get(id)?.includes(rule) !== true)).toEqual([]);
});
