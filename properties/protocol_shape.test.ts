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

/** Compiles one file of the module; returns what the compiler says. */
function compile(text: string): string {
  writeFileSync(join(folder, FILE), text);
  const object = FILE.replace(/c$/, 'o');
  const args = ['-C', locateKernel(TARGET).buildTree, `M=${folder}`, 'CC=gcc', object];
  const { stdout, stderr } = spawnSync('make', args, { encoding: 'utf8' });
  return stdout + stderr;
}

(linuxTargets([TARGET]).length > 0 ? describe : describe.skip)('a module of another shape', () => {
  const texts = { right: '' };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'skbcheck-shape-'));
    writeSources(folder);
    texts.right = readFileSync(join(folder, FILE), 'utf8');
  });

  test('compiles when nothing is changed', () => {
    expect(compile(texts.right)).not.toMatch(/error/);
  });

  test.each(BROKEN)('%s does not compile', (_, from, to, complaint) => {
    expect(texts.right).toContain(from);
    expect(compile(texts.right.replace(from, to))).toMatch(complaint);
  });
});
