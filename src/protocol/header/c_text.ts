import type { Kind } from '../../model/world/world';

/** A valid C name: `pfmemalloc|signature` becomes pfmemalloc_signature. */
export function cName(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '_');
}

/** `CrashTest` becomes CRASH_TEST. */
export function upperSnake(text: string): string {
  return cName(text.replace(/([a-z0-9])([A-Z])/g, '$1_$2')).toUpperCase();
}

/** A number of 32 bits as C writes it. */
export function cNumber(value: number): string {
  return value > 0x7fffffff ? `0x${value.toString(16)}u` : String(value);
}

/** An enum with these enumerators, unchanged. */
export function cEnum(name: string, entries: Iterable<readonly [string, number]>): string {
  const lines = [...entries].map(([enumerator, value]) => `\t${enumerator} = ${cNumber(value)},`);
  return [`enum ${name}${name === '' ? '' : ' '}{`, ...lines, '};'].join('\n');
}

/** The names and values of a numeric enum of TypeScript. */
export function entriesOf(of: Readonly<Record<string, string | number>>): [string, number][] {
  return Object.entries(of).filter((entry): entry is [string, number] => typeof entry[1] === 'number');
}

/** `#define name(X) X(a) X(b)`: one call of X for each entry. */
export function xList(name: string, calls: readonly string[]): string {
  return [`#define ${name}(X)`, ...calls.map((call) => `\tX(${call})`)].join(' \\\n');
}

/** A header with its guard. */
export function cHeader(name: string, parts: readonly string[]): string {
  const guard = `SKBCHECK_MADE_${upperSnake(name)}_H`;
  const lines = [
    '/* SPDX-License-Identifier: GPL-2.0 OR MIT */',
    '/* Made by src/protocol/header when the module is built. */',
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    parts.join('\n\n'),
    '',
    `#endif /* ${guard} */`,
    '',
  ];
  return lines.join('\n');
}

/** The enumerator of a kind. */
export function kindName(kind: Kind): string {
  return `KIND_${kind.toUpperCase()}`;
}
