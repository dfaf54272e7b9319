import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../commands/command';
import { KERNEL_KINDS } from '../model/world/kinds';

/** The C files of kernel/ that a program needs, and the functions that they name but do not contain. */
export interface KernelParts {
  /** Paths below kernel/, sorted. */
  readonly files: readonly string[];
  /** The headers that these include, sorted. */
  readonly headers: readonly string[];
  /** The commands of the module. */
  readonly commands: readonly Command[];
  /** The file that makes the calls of a command, by its name. */
  readonly madeBy: ReadonlyMap<string, string>;
  /** Kinds of objects that no file of the module releases, or observes: the program cannot have them. */
  readonly neverReleased: readonly string[];
  readonly neverObserved: readonly string[];
  /** Systems that no file of the module contains. */
  readonly absentSystems: readonly string[];
}

/** Every module has these: they execute calls and observe, and the rest hangs on them by generated lists. */
const ROOTS = [
  ...['repro/main.c', 'repro/choose.c', 'repro/compare.c', 'link/hello.c'],
  ...['exec/exec.c', 'exec/command_table.c', 'exec/observation.c', 'exec/systems.c', 'exec/world_reset.c'],
];
const SYMBOL = /\bskbcheck_\w+\b/g;
/** A function with its body or a variable at the start of a line, not static and not only declared. */
const DEFINITION = new RegExp(
  '^(?!static|extern|typedef|#|/|\\*)[A-Za-z_][\\w \\t*]*?\\(?\\*?\\b(skbcheck_\\w+)\\)?' +
    '(?:\\([^;{}]*\\)\\s*\\{|(?:\\[[^\\n;]*\\])?\\s*[=;])',
  'gm',
);

interface Source {
  readonly path: string;
  readonly defines: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
}

/**
 * Finds the parts of the module that a program needs: from its commands and the kinds of its objects along the symbols
 * that files name. A header's function bodies count for each file that includes it.
 * @param folder - kernel/
 */
export function kernelParts(folder: string, commands: readonly Command[]): KernelParts {
  const sources = readSources(folder);
  const definedIn = new Map(
    sources.flatMap(({ path, defines }) => [...defines].map((symbol) => [symbol, path] as const)),
  );
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const used = [...new Set(commands)].sort((a, b) => a.opcode - b.opcode);
  const kinds = kindsOf(used);
  const wanted = [
    ...used.map(({ name }) => `skbcheck_run_${name}`),
    ...kinds.flatMap((kind) => [`skbcheck_release_${kind}`, `skbcheck_observe_${kind}`]),
  ];
  const files = new Set<string>();
  const add = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const name of byPath.get(path)?.names ?? []) follow(name);
  };
  const follow = (symbol: string): void => {
    const path = definedIn.get(symbol);
    if (path !== undefined) add(path);
  };
  ROOTS.forEach(add);
  wanted.forEach(follow);
  const has = (symbol: string): boolean => files.has(definedIn.get(symbol) ?? '');
  return {
    files: [...files].sort(),
    headers: [...new Set([...files].flatMap((path) => [...(byPath.get(path)?.headers ?? [])]))].sort(),
    commands: used,
    madeBy: new Map(used.map(({ name }) => [name, definedIn.get(`skbcheck_run_${name}`) ?? ''])),
    neverReleased: KERNEL_KINDS.filter((kind) => !has(`skbcheck_release_${kind}`)),
    neverObserved: KERNEL_KINDS.filter((kind) => !has(`skbcheck_observe_${kind}`)),
    absentSystems: systemNames(folder).filter((name) => !has(`skbcheck_${name}`)),
  };
}

/** The kinds of the objects that commands make and take. */
function kindsOf(commands: readonly Command[]): string[] {
  const used = commands.flatMap(({ result, handles }) => [
    ...(result === undefined ? [] : [result]),
    ...handles.map(({ kind }) => kind),
  ]);
  return KERNEL_KINDS.filter((kind) => used.includes(kind));
}

function readSources(folder: string): Source[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const headers = new Map(
    paths.filter((path) => path.endsWith('.h')).map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  return paths
    .filter((path) => /^\w+\/\w+\.c$/.test(path) && !/^(init|outside)\//.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(folder, path), 'utf8');
      return { path, defines: definitions(text), ...includedBy(text, headers) };
    });
}

/** The symbols of the module that a file makes: entries of commands, functions and variables that are not static. */
function definitions(text: string): Set<string> {
  const entries = [...text.matchAll(/^SKBCHECK_COMMAND\((\w+),/gm)].map(([, name]) => `skbcheck_run_${name}`);
  const others = text.matchAll(DEFINITION);
  return new Set([...entries, ...[...others].map(([, name]) => name)]);
}

/** The symbols that a file names, itself or by a function of its headers, and these headers. */
function includedBy(text: string, headers: ReadonlyMap<string, string>): Pick<Source, 'names' | 'headers'> {
  const names = new Set(text.match(SYMBOL) ?? []);
  const seen = new Set<string>();
  const include = (of: string): void => {
    for (const [, path] of of.matchAll(/^#include "([^"]+)"/gm)) {
      const header = headers.get(path);
      if (header === undefined || seen.has(path)) continue;
      seen.add(path);
      for (const [body] of header.matchAll(/^\{\n[\s\S]*?^\}/gm))
        for (const name of body.match(SYMBOL) ?? []) names.add(name);
      include(header);
    }
  };
  include(text);
  return { names, headers: seen };
}

/** The systems that kernel/exec/systems.c lists. */
function systemNames(folder: string): string[] {
  const text = readFileSync(join(folder, 'exec', 'systems.c'), 'utf8');
  const list = /#define SYSTEMS\(X\)((?:.*\\\n)+.*)/.exec(text)?.[1] ?? '';
  return [...list.matchAll(/X\((\w+)\)/g)].map(([, name]) => name);
}
