import { isSince, releaseIn, seriesOfRelease, type Since } from '../../rules/history/release';
import { errorIn } from '../../outside/answers/return_text';
import type { OutsideName } from '../../commands/outside/outside_name';
import type { AnswerDifference, SocketKind } from './answer_difference';
import type { Pair } from '../pair';

/** A change between releases that user space sees, and that is no bug of the newer one. */
export interface KnownChange {
  readonly id: string;
  /** One sentence. */
  readonly title: string;
  /** The function that changed, and its file. */
  readonly function: string;
  readonly file: string;
  /** Title of the commit; null: no text that we have names it, and the sources of the two releases have the change. */
  readonly commit: string | null;
  /** The first release of the mainline with it. */
  readonly since: Since;
  /** The first releases of older series with it. */
  readonly backports: readonly string[];
  /** The differences that it explains. */
  readonly shows: readonly ShownChange[];
}

/** A part of an answer, without the change and with it. */
export interface ShownChange {
  readonly commands: readonly OutsideName[];
  /** As in AnswerField, without the sorts of its values. */
  readonly fields: readonly string[];
  /** The value, an error, `success` for any number, or `any`. */
  readonly without: string;
  readonly with: string;
  /** One of these commands came before, with a file that has to do with it; absent: any. */
  readonly behind?: readonly OutsideName[];
  /** The call names one of these sockets; absent: any file. */
  readonly sockets?: readonly SocketKind[];
}

/** Returns whether a release has a change. @param release - as `uname -r` prints it */
export function hasChange({ since, backports }: KnownChange, release: string): boolean {
  const own = releaseIn(release);
  if (own === undefined) return false;
  if (isSince(own, since)) return true;
  return backports.some((backport) => {
    const first = releaseIn(backport);
    return first !== undefined && seriesOfRelease(first) === seriesOfRelease(own) && own.patch >= first.patch;
  });
}

/**
 * The change that explains a difference: one of the two releases has it, and the answers are those of a kernel without
 * and of one with it. Undefined: none.
 */
export function changeBehind(
  difference: AnswerDifference,
  releases: Pair<string>,
  changes: readonly KnownChange[],
): KnownChange | undefined {
  return changes.find((change) => {
    const [first, second] = releases.map((release) => hasChange(change, release));
    if (first === second) return false;
    const [without, withIt] = second ? difference.values : [difference.values[1], difference.values[0]];
    return change.shows.some((shown) => isShown(shown, difference, without, withIt));
  });
}

function isShown(
  shown: ShownChange,
  { compiled, field, behind, sockets }: AnswerDifference,
  without: string,
  withIt: string,
): boolean {
  return (
    shown.behind?.some((command) => behind?.has(command) === true) !== false &&
    shown.sockets?.some((sort) => sockets?.has(sort) === true) !== false &&
    shown.commands.some((command) => command === compiled.call.command.name) &&
    shown.fields.includes(field.replace(/ \([^)]*\)$/, '')) &&
    isValue(shown.without, without) &&
    isValue(shown.with, withIt)
  );
}

function isValue(wanted: string, value: string): boolean {
  return wanted === 'any' || (wanted === 'success' ? errorIn(value) === undefined : wanted === value);
}
