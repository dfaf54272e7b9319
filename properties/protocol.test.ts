// The protocol of host and kernel is written once: the C headers are made from it, and none of its numbers is written
// elsewhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniqueOpcodes } from '../src/commands/unique_opcodes';
import { COMMANDS } from '../src/commands/registry';
import { ProgramGenerator } from '../src/generate/generator';
import { profilesOf } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { Settler } from '../src/generate/settle';
import { hashedHandles } from '../src/lockstep/batch';
import { observationFields } from '../src/lockstep/observation/field_reader';
import { ObservationWords } from '../src/lockstep/observation/observation_words';
import { rowWriter } from '../src/lockstep/observation/row_writer';
import { Observer } from '../src/lockstep/observation/observe';
import { RELEASE_ORDER } from '../src/model/world/kinds';
import { KERNEL_KINDS, type Kind } from '../src/model/world/kinds';
import { ABI_OPTIONS, ABI_SIZES } from '../src/protocol/abi_keys';
import { KERNEL_COMMANDS } from '../src/protocol/header/commands_header';
import { cName } from '../src/protocol/header/c_text';
import { madeHeaders } from '../src/protocol/header/made_headers';
import { KIND_DIGITS } from '../src/protocol/kinds';
import { SOCK_ROW } from '../src/protocol/words/core';
import { ROWS } from '../src/protocol/words/rows';
import { runGenerated } from '../src/search/search_model';
import { Session } from '../src/session/session';

const ROOT = join(__dirname, '..');
const PROGRAMS = 3;
/** Calls of a program for each one after which the world is observed. */
const EVERY_CALLS = 2;

function filesBelow(folder: string, name: RegExp): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => ({ path: join(folder, file), text: readFileSync(join(ROOT, folder, file), 'utf8') }));
}

/** Without comments: those may name numbers. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

const C_FILES = filesBelow('kernel', /\.[ch]$/).map(({ path, text }) => ({ path, code: codeOf(text) }));
const C_CODE = C_FILES.map(({ code }) => code).join('\n');

test('every kind has one digit, from 1 on', () => {
  expect(KERNEL_KINDS.map((kind) => KIND_DIGITS[kind])).toEqual(KERNEL_KINDS.map((_, at) => at + 1));
  expect(KIND_DIGITS).toMatchObject({ skb: 1, mapping: 8, napi: 9, port: 20 });
});

test('a target releases every kind once', () => {
  expect([...RELEASE_ORDER].sort()).toEqual([...KERNEL_KINDS].sort());
});

test('no key of the ABI and no word of a row is said twice', () => {
  const keys = [...Object.values(ABI_SIZES).map(({ key }) => key), ...Object.values(ABI_OPTIONS)];
  expect(new Set(keys).size).toBe(keys.length);
  for (const { name, words } of ROWS) expect([name, new Set(words.map(cName)).size]).toEqual([name, words.length]);
  expect(new Set(ROWS.map(({ name }) => name)).size).toBe(ROWS.length);
});

test('two commands with one opcode, or with one name, are refused in one line', () => {
  const [first, second] = COMMANDS;
  expect(uniqueOpcodes(COMMANDS)).toBe(COMMANDS);
  expect(() => uniqueOpcodes([first, { ...second, opcode: first.opcode }])).toThrow(
    `commands ${first.name} and ${second.name} have the same opcode ${first.opcode}`,
  );
  expect(() => uniqueOpcodes([first, { ...second, name: first.name }])).toThrow(`two commands are named ${first.name}`);
});

test('the headers are made: each command, argument, kind and word by its name', () => {
  const headers = madeHeaders();
  for (const { name, opcode, args } of KERNEL_COMMANDS) {
    expect(headers['made/commands.h']).toContain(`\tSKBCHECK_OP_${name} = ${opcode},\n`);
    const members = args.map((arg) => `\ts32 ${arg.name};\n`).join('');
    expect(headers['made/commands.h']).toContain(`struct ${name}_args {\n${members}};`);
  }
  for (const kind of KERNEL_KINDS)
    expect(headers['made/protocol.h']).toContain(`\tKIND_${kind.toUpperCase()} = ${KIND_DIGITS[kind]},\n`);
  for (const { name, words } of ROWS)
    words.forEach((word, at) => expect(headers['made/words.h']).toContain(`\t${name}_${cName(word)} = ${at},\n`));
  for (const text of Object.values(headers)) expect(text).not.toMatch(/undefined|NaN|\bnull\b/);
});

test('the kernel enters each command that kernels run, once, and no other', () => {
  const entered = [...C_CODE.matchAll(/^SKBCHECK_COMMAND\((\w+), \w+\);$/gm)].map(([, name]) => name);
  expect(entered.sort()).toEqual(KERNEL_COMMANDS.map(({ name }) => name).sort());
});

test('the kernel writes every word of every row where it writes one of them', () => {
  for (const { path, code } of C_FILES) {
    for (const { name, words } of ROWS) {
      const written = [...code.matchAll(new RegExp(`\\bWORD\\(w, ${name}, (\\w+),`, 'g'))].map(([, word]) => word);
      if (written.length === 0) continue;
      expect([path, [...new Set(written)]]).toEqual([path, words.map(cName)]);
    }
  }
});

test('no opcode, kind digit or flag is a number in C', () => {
  for (const { path, code } of C_FILES) {
    const numbers = code.match(
      /\bKIND_\w+ = \d|\b(OBSERVE|CONTINUE)\b[^\n]*\b[0-9]+u?\b|0xdead000\d|\{ \d+, (KIND_|0,)/g,
    );
    expect([path, numbers]).toEqual([path, null]);
  }
});

test('no kind digit, flag or refusal is a number in TypeScript outside of src/protocol', () => {
  const told = /0x[1-9a-f]?[0-9a-f]0000 \||0xdead000\d|const (OBSERVE|CONTINUE|NO_RESULT|HEADER_WORDS) = |0x9e3779b1/i;
  for (const part of ['lockstep', 'targets', 'session', 'search', 'costs'])
    for (const { path, text } of filesBelow(join('src', part), /\.ts$/))
      expect([path, told.exec(codeOf(text))?.[0]]).toEqual([path, undefined]);
});

test('the grammar names every word that the observers write', () => {
  const met = new Set<Kind>();
  const unnamed: string[] = [];
  let calls = 0;
  for (const scenario of SCENARIOS) {
    const profile = profilesOf(scenario)[0];
    const session = new Session({ rules: profile.rules, abi: profile.abi, profile: profile.name });
    const generator = new ProgramGenerator(scenario, profile);
    const settler = new Settler();
    const observer = new Observer();
    for (let number = 0; number < PROGRAMS; number++)
      runGenerated(generator, settler, session, number, (call) => {
        if (++calls % EVERY_CALLS > 0) return;
        observer.observe(session.world, hashedHandles(call));
        const words = observer.words.slice(0, observer.length);
        const fields = observationFields(words);
        session.world.names.forEach(({ kind }) => met.add(kind));
        // The word that begins an object, or a segment behind one, is no field.
        const segments = fields.filter(({ owner, name }) => owner === 'next segment' && name === 'sk_buff').length;
        if (fields.length + session.world.names.length + segments !== words.length) unnamed.push(call.command.name);
      });
  }
  expect(unnamed).toEqual([]);
  expect([...met].sort()).toEqual([...KERNEL_KINDS].sort());
});

test('a row is written in its order, and lacks no word', () => {
  const out = new ObservationWords();
  const write = rowWriter(SOCK_ROW);
  write(out, { sk_rmem_alloc: 2, sk_wmem_alloc: 1 });
  expect([...out.words.slice(0, out.length)]).toEqual([1, 2]);
  // @ts-expect-error -- a word that is missing
  write(out, { sk_wmem_alloc: 1 });
  // @ts-expect-error -- a word that the row does not have
  write(out, { sk_wmem_alloc: 1, sk_rmem_alloc: 2, sk_wmem: 3 });
});
