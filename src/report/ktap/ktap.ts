/**
 * A test as KTAP prints it (Documentation/dev-tools/ktap.rst of the kernel). A test with subtests passes if none of
 * them fails.
 */
export interface KtapTest {
  readonly name: string;
  readonly result: KtapResult;
  /** Lines that explain the result. */
  readonly diagnostics?: readonly string[];
  readonly subtests?: readonly KtapTest[];
}

/** `skip`: it says nothing, and why. */
export type KtapResult = 'ok' | 'not ok' | { readonly skip: string };

const INDENT = '  ';

/** The tests as KTAP. An empty list is a plan of no tests, which parsers take as skipped. */
export function ktapText(tests: readonly KtapTest[]): string {
  const body = levelLines(tests, undefined);
  return `${[...body, totalsLine(tests)].join('\n')}\n`;
}

function levelLines(tests: readonly KtapTest[], subtestOf: string | undefined): string[] {
  return [
    'KTAP version 1',
    ...(subtestOf === undefined ? [] : [`# Subtest: ${nameText(subtestOf)}`]),
    tests.length === 0 ? '1..0 # SKIP nothing was tested' : `1..${tests.length}`,
    ...tests.flatMap((test, i) => testLines(test, i + 1)),
  ];
}

/** Diagnostics and subtests come before the result line that they belong to. */
function testLines({ name, result, diagnostics = [], subtests = [] }: KtapTest, number: number): string[] {
  const nested = subtests.length === 0 ? [] : levelLines(subtests, name).map((line) => `${INDENT}${line}`);
  const notes = diagnostics.flatMap((text) => text.split(/\r?\n/)).map((line) => `# ${printable(line)}`.trimEnd());
  return [...nested, ...notes, `${wordOf(result)} ${number} ${nameText(name)}${directiveOf(result)}`];
}

function wordOf(result: KtapResult): string {
  return result === 'not ok' ? 'not ok' : 'ok';
}

function directiveOf(result: KtapResult): string {
  return typeof result === 'string' ? '' : ` # SKIP ${lineText(result.skip)}`;
}

/** A name ends at a `#`, and a backslash would escape what follows. */
function nameText(name: string): string {
  return lineText(name).replace(/[#\\]/g, '_');
}

function lineText(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim());
}

/** Without control characters, line separators and halves of surrogate pairs, which would end a line or a terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\t]|[\u2028\u2029]/gu, '\uFFFD');
}

/** The last line of a kselftest, over the tests of the first level. */
function totalsLine(tests: readonly KtapTest[]): string {
  const fail = tests.filter(({ result }) => result === 'not ok').length;
  const skip = tests.filter(({ result }) => typeof result !== 'string').length;
  const pass = tests.length - fail - skip;
  return `# Totals: pass:${pass} fail:${fail} xfail:0 xpass:0 skip:${skip} error:0`;
}

/** The result of a test with these subtests: it is skipped when all of them are, or when there are none. */
export function resultOf(subtests: readonly KtapTest[], whyEmpty: string): KtapResult {
  if (subtests.some(({ result }) => result === 'not ok')) return 'not ok';
  return subtests.some(({ result }) => result === 'ok') ? 'ok' : { skip: whyEmpty };
}
