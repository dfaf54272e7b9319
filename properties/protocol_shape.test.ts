// A module that does not fit the protocol is not built: the compiler or the linker says which name is wrong.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateKernel } from '../src/targets/linux/locate';
import { writeSources } from '../src/targets/linux/module_build';
import { linuxTargets } from './support/linux';

const TARGET = 'linux-6.12';
const FILE = 'sock/sock.c';
const LAST_WORD = '\tWORD(w, SOCK, sk_rmem_alloc, atomic_read(&object->sk->sk_rmem_alloc));\n';
const COMMAND = 'SKBCHECK_COMMAND(skb_orphan, orphan);\n';
/** Changes of the file, and the compiler's complaint. */
const BROKEN: readonly (readonly [string, string, string, RegExp])[] = [
  ['a word that is missing', LAST_WORD, '', /SOCK_sk_rmem_alloc_is_written.*not defined/],
  ['a word twice', LAST_WORD, LAST_WORD + LAST_WORD, /duplicate label.*SOCK_sk_rmem_alloc_is_written/],
  ['a word with another name', 'SOCK, sk_rmem_alloc,', 'SOCK, sk_rmem,', /SOCK_sk_rmem.*undeclared/],
  ['a command that is none', COMMAND, 'SKBCHECK_COMMAND(skb_orfan, orphan);\n', /SKBCHECK_OP_skb_orfan.*undeclared/],
  [
    'an argument that is none',
    'skbcheck_skb_of(args->skb), skbcheck',
    'skbcheck_skb_of(args->skbuff), skbcheck',
    /no member named .skbuff/,
  ],
  ['arguments of another command', 'orphan);\n', 'set_owner_w);\n', /incompatible.pointer/],
];

let folder = '';

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nameOf = (at: number): string => `sock/shape_${at}`;

/**
 * Compiles texts of one file of the module, by one make for all: its own start takes longer than a compiler.
 * @returns what is said about each, in their order
 */
function compile(texts: readonly string[]): string[] {
  texts.forEach((text, at) => writeFileSync(join(folder, `${nameOf(at)}.c`), text));
  const objects = texts.map((_, at) => `${nameOf(at)}.o`);
  const args = ['-k', '-C', locateKernel(TARGET).buildTree, `M=${folder}`, 'CC=gcc', ...objects];
  const { stdout } = spawnSync('sh', ['-c', 'exec make "$@" 2>&1', 'sh', ...args], { encoding: 'utf8' });
  return stdout.split(/^ +CC \[M\] /m).slice(1);
}

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)('a module of another shape', () => {
  let said: readonly string[] = [];
  let right = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skbcheck-shape-'));
    writeSources(folder);
    right = readFileSync(join(folder, FILE), 'utf8');
    said = compile([right, ...BROKEN.map(([, from, to]) => right.replace(from, to))]);
    expect(said).toHaveLength(1 + BROKEN.length);
  });

  test('compiles when nothing is changed', () => {
    expect(said[0]).not.toMatch(/error/i);
  });

  test.each(BROKEN.map((one, at) => [...one, at + 1] as const))(
    '%s does not compile',
    (_, from, _to, complaint, at) => {
      expect(right).toContain(from);
      expect(said[at]).toMatch(complaint);
    },
  );
});
