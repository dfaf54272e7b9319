import type { Edge, FieldValue } from '../picture/picture';
import type { PictureSize } from './picture_size';
import { restsInPool, type LiveObject } from './replay';

/** Kinds whose arrows carry offsets and sizes worth reading. */
const SPELLED_OUT = new Set(['data', 'xdp', 'frame', 'pipe']);

/** Arrows that only repeat a field. */
const DRAWN_ONLY = new Set(['pp']);

/** An unbreakable piece of text in a box. `part` identifies it, to find out whether a step changed it. */
export interface Token {
  readonly part: string;
  readonly text: string;
}

function fieldText(name: string, value: FieldValue): string {
  return value === true ? name : `${name} ${value}`;
}

/** `frag page#65 0: +0:385`. */
function edgeText([how, other, detail]: Edge): string {
  return detail === undefined || detail === '' ? `${how} ${other}` : `${how} ${detail} ${other}`;
}

/** The title of a box: one name of the object, and the rest of its identity in small letters. */
export interface Title {
  readonly main: string;
  readonly small: string;
}

/** `skb1` and, small, `#66`; `page#65`, because a name of a page is one reference to it. */
export function boxTitle(object: LiveObject, size: PictureSize): Title {
  const { key, kind, names } = object;
  const shown = inTitle(object, size);
  if (shown.length === 0) return { main: key, small: '' };
  return { main: shown.join(' '), small: names[0].startsWith(kind) ? key.slice(kind.length) : key };
}

/** The names that the title has room for beside a mark; none if the first has none. */
function inTitle({ key, kind, names }: LiveObject, { titleCharacters }: PictureSize): readonly string[] {
  if (kind === 'page') return [];
  let left = titleCharacters - (names[0]?.startsWith(kind) === true ? key.length - kind.length : key.length);
  const end = names.findIndex((name) => (left -= name.length + 1) < 0);
  return end < 0 ? names : names.slice(0, end);
}

/** The text of a box below its title, line by line. No line is longer than the box. */
export function boxLines(object: LiveObject, size: PictureSize): Token[][] {
  const lines: Token[][] = [];
  let width = Infinity;
  const add = ({ part, text }: Token, alone: boolean): void => {
    const [first, ...others] = wrapped(text, size.characters).map((piece) => ({ part, text: piece }));
    if (alone || others.length > 0 || width + 2 + first.text.length > size.characters) {
      lines.push([first], ...others.map((piece) => [piece]));
      width = alone || others.length > 0 ? Infinity : first.text.length;
    } else {
      (lines.at(-1) as Token[]).push(first);
      width += 2 + first.text.length;
    }
  };
  for (const [name, value] of object.fields) add({ part: name, text: fieldText(name, value) }, false);
  for (const name of object.names.slice(inTitle(object, size).length)) add({ part: `name ${name}`, text: name }, true);
  if (SPELLED_OUT.has(object.kind))
    for (const edge of object.edges)
      if (edge[2] !== undefined && edge[3] === undefined) add({ part: edge.join(' '), text: edgeText(edge) }, true);
  return lines;
}

/** Words in lines of at most `characters`; a longer word is cut into several lines. */
export function wrapped(text: string, characters: number): string[] {
  if (text.length <= characters) return [text];
  const lines: string[] = [];
  const pieces = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${characters}}`, 'gsu')) ?? []);
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + piece.length <= characters)
      lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

/** `skb#66 (skb1)`, for sentences: messages of invariants name objects by their keys. */
export function titleOf({ key, kind, names }: LiveObject): string {
  return kind === 'page' || names.length === 0 ? key : `${key} (${names.join(', ')})`;
}

/** An object and its holders in one sentence, for readers who do not see the picture. */
export function sentenceOfObject(object: LiveObject, heldBy: readonly string[]): string {
  const { key, names, fields, edges } = object;
  const parts = [...fields].map(([name, value]) => fieldText(name, value));
  for (const edge of edges) if (edge[3] === undefined && !DRAWN_ONLY.has(edge[0])) parts.push(edgeText(edge));
  const named = names.length === 0 ? '' : ` (${names.join(', ')})`;
  const holders = heldBy.length === 0 ? '' : `; held by ${heldBy.join(', ')}`;
  return `${key}${named}: ${parts.join(', ')}${holders}`;
}

/** By key: the arrows that lead there, such as `data#67 frag 0: +0:385`. */
export function holdersOf(objects: Iterable<LiveObject>): Map<string, string[]> {
  const holders = new Map<string, string[]>();
  const add = (key: string, text: string): void => {
    const known = holders.get(key);
    if (known === undefined) holders.set(key, [text]);
    else known.push(text);
  };
  for (const { key, edges } of objects)
    for (const [how, other, detail, incoming] of edges) {
      if (DRAWN_ONLY.has(how)) continue;
      const [from, to] = incoming === undefined ? [key, other] : [other, key];
      add(to, `${from} ${how}${detail === undefined || detail === '' ? '' : ` ${detail}`}`);
    }
  return holders;
}

/**
 * The changes of a step, in lines.
 *
 * @param before - the objects that the step put or removed, as they were
 */
export function changeLines(
  before: ReadonlyMap<string, LiveObject | undefined>,
  objects: ReadonlyMap<string, LiveObject>,
): string[] {
  const lines: string[] = [];
  const resting = new Map<string, string[]>();
  for (const [key, old] of before) {
    const now = objects.get(key);
    if (now === undefined) lines.push(`− ${old === undefined ? key : titleOf(old)} was freed`);
    else if (old !== undefined) lines.push(changeOf(old, now));
    else if (restsInPool(now) && now.names.length === 0) {
      const pool = now.edges.filter(([how]) => how === 'cache' || how === 'ring').map(([how, to]) => `${how} of ${to}`);
      const group = resting.get(pool.join());
      if (group === undefined) resting.set(pool.join(), [key]);
      else group.push(key);
    } else lines.push(`+ ${sentenceOfObject(now, [])}`);
  }
  for (const [where, keys] of resting)
    lines.push(
      keys.length === 1
        ? `+ ${keys[0]} in the ${where}`
        : `+ ${keys.length} pages in the ${where}: ${keys[0]} … ${keys.at(-1)}`,
    );
  return lines;
}

function changeOf(old: LiveObject, now: LiveObject): string {
  const parts: string[] = [];
  for (const [name, value] of now.fields) {
    const was = old.fields.get(name);
    if (was === value) continue;
    if (value === true) parts.push(`now ${name}`);
    else parts.push(was === undefined ? fieldText(name, value) : `${name} ${was} → ${value}`);
  }
  for (const [name] of old.fields) if (!now.fields.has(name)) parts.push(`no longer ${name}`);
  for (const name of now.names) if (!old.names.includes(name)) parts.push(`named ${name}`);
  for (const name of old.names) if (!now.names.includes(name)) parts.push(`no longer named ${name}`);
  const was = linksOf(old);
  const is = linksOf(now);
  for (const link of is) if (!was.has(link)) parts.push(`+ ${link}`);
  for (const link of was) if (!is.has(link)) parts.push(`− ${link}`);
  return `${titleOf(now)}: ${parts.join(', ')}`;
}

function linksOf({ edges }: LiveObject): Set<string> {
  return new Set(edges.filter(([how]) => !DRAWN_ONLY.has(how)).map(linkText));
}

/** `cache of pool#1` for an incoming arrow. */
function linkText(edge: Edge): string {
  return edge[3] === undefined ? edgeText(edge) : `${edge[0]} of ${edge[1]}`;
}

/** The parts of tokens that a step changed. */
export function changedParts(old: LiveObject | undefined, now: LiveObject, size: PictureSize): Set<string> {
  if (old === undefined) return new Set();
  const was = new Set(boxLines(old, size).flatMap((line) => line.map(({ part, text }) => `${part}\n${text}`)));
  const parts = boxLines(now, size).flatMap((line) => line);
  return new Set(parts.filter(({ part, text }) => !was.has(`${part}\n${text}`)).map(({ part }) => part));
}
