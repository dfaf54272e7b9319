import { SKBFL_SHARED_FRAG, SKBFL_ZEROCOPY_ENABLE } from '../model/structs/sk_buff';
import type { Cause } from './cause';
import { changeOf, holdersOf } from './change';
import { after, before } from './history';
import type { Reference } from './references/reference';
import type { Snapshot } from './snapshot';
import { Words } from './words';

/**
 * Why bytes were written that another holder sees: the holders, and the call in which the mark or owner got lost that
 * forbids the write.
 */
export function writeCause(words: Words, keys: readonly string[]): Cause | null {
  const named = keys.find((key) => key.startsWith('page#'));
  const marked = keys.filter((key) => key.startsWith('skb#'));
  const pages = named !== undefined ? [named] : sharedPages(words, keys);
  for (const candidate of pages) {
    for (const head of headsWith(words, candidate, keys)) {
      const lost = lostMark(words, candidate, head);
      if (lost !== null) return lost;
    }
  }
  const [page] = pages;
  const chained = named === undefined ? chainedMark(words, marked) : null;
  if (chained !== null) return chained;
  if (page === undefined || (named === undefined && marked.length > 1)) return sharedHead(words, marked);
  const holders = pageHolders(words, page);
  return {
    objects: [page, ...holders.map(({ by }) => by)],
    references: holders,
    fields: ['refcount'],
    text:
      `${page}: ${reached(words, page, keys)} while ${words.holders(holders)} ` +
      `${holders.length > 1 ? 'see' : 'sees'} it${ownerOf(words, page)}${handedOut(words, page, keys)}`,
  };
}

/** A member of a frag_list that is marked as shared, behind a head that is not. */
function chainedMark(words: Words, skbs: readonly string[]): Cause | null {
  for (const skb of skbs) {
    const head = String(words.field(skb, 'data', words.is));
    if (has(words.is, head, SKBFL_SHARED_FRAG)) continue;
    for (const member of words.is.members.get(head) ?? []) {
      const data = String(words.field(member, 'data', words.is));
      if (!has(words.is, data, SKBFL_SHARED_FRAG)) continue;
      const pages = (words.is.frags.get(data) ?? []).map((frag) => frag.page);
      return {
        objects: [member, head, ...pages],
        references: holdersOf(words.is, member, 'users'),
        fields: ['flags'],
        text:
          `${words.label(member)}: ${words.call} put it into the frag_list of ${words.label(head)}; it has ` +
          `SKBFL_SHARED_FRAG (for ${pages.join(', ')}), and ${words.label(head)} did not get the mark`,
      };
    }
  }
  return null;
}

function ownerOf(words: Words, page: string): string {
  const file = words.field(page, 'file', words.is) ?? words.field(page, 'file', words.was);
  const order = words.number(page, 'order', words.is);
  const parts = [
    ...(typeof file === 'string' ? [`the page cache of ${words.label(file)} owns it`] : []),
    ...(order > 0 ? [`it is a compound page of order ${order}, whose other bytes go with it`] : []),
    `refcount is ${words.number(page, 'refcount', words.is)}`,
  ];
  return `; ${parts.join(', ')}`;
}

/** The call gave the page to the object that the statement names, or wrote to it. */
function reached(words: Words, page: string, keys: readonly string[]): string {
  const gained = changeOf(words.was, words.is, page).gained.filter(({ by }) => keys.includes(by));
  const parts = changeOf(words.was, words.is, page).lost.flatMap(({ by }) =>
    (words.was.frags.get(by) ?? []).filter((frag) => frag.page === page),
  );
  const part =
    parts.length === 0 ? '' : `, for a frag of bytes [${parts[0].offset}, ${parts[0].offset + parts[0].size})`;
  return gained.length > 0
    ? `${words.call} gave it to ${words.holders(gained)} as a whole${part}`
    : `${words.call} wrote to it`;
}

/** The call in which the named object got the page, and the marks of its source then. */
function handedOut(words: Words, page: string, keys: readonly string[]): string {
  const named = holdersOf(words.is, page).find(({ by }) => keys.includes(by) && by !== page);
  const frag = holdersOf(words.is, page).find(({ place }) => place === 'sk_frag');
  const parts: string[] = [];
  if (named !== undefined) {
    const then = new Words(words.history, sinceWhen(words, named));
    const heads = holdersOf(then.was, page).filter(({ by }) => by.startsWith('data#'));
    const shared = heads
      .map(({ by }) => ` (dataref of ${then.label(by)} is ${then.number(by, 'dataref', then.was) & 0xffff})`)
      .join('');
    parts.push(`${words.holder(named)} has it since ${then.call}${shared}`);
  }
  if (frag !== undefined)
    parts.push(
      `sk_frag.offset of ${words.label(frag.by)} is ${words.number(frag.by, 'frag.offset', words.is)} of ` +
        `${words.number(frag.by, 'frag.size', words.is)}`,
    );
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function sinceWhen({ history, position }: Words, { of, by, counter }: Reference): number {
  const last = Math.min(position, history.moments.length - 1);
  for (let i = 0; i <= last; i++) if (holdersOf(after(history, i), of, counter).some((one) => one.by === by)) return i;
  return last;
}

/**
 * Pages of the skbs that the violation names, and of the members of their lists, that others may see: page cache,
 * user, other holders.
 */
function sharedPages(words: Words, keys: readonly string[]): string[] {
  const heads = keys.map((key) => String(words.field(key, 'data', words.is)));
  const members = heads
    .flatMap((head) => words.is.members.get(head) ?? [])
    .map((skb) => String(words.field(skb, 'data', words.is)));
  const all = words.is.references.filter(
    ({ by, of, counter }) =>
      (heads.includes(by) || members.includes(by) || keys.includes(by)) &&
      of.startsWith('page#') &&
      counter !== 'slots' &&
      isSensitive(words, of),
  );
  return [...new Set(all.map(({ of }) => of))];
}

function isSensitive(words: Words, page: string): boolean {
  return (
    words.field(page, 'file', words.is) !== undefined ||
    words.field(page, 'user', words.is) !== undefined ||
    holdersOf(words.is, page).length > 1
  );
}

/** Heads that have the page as a frag: those of the named skbs first. */
function headsWith(words: Words, page: string, keys: readonly string[]): string[] {
  const named = keys.map((key) => String(words.field(key, 'data', words.is)));
  const at = [...words.is.frags, ...words.was.frags]
    .filter(([, frags]) => frags.some((frag) => frag.page === page))
    .map(([key]) => key);
  return [...new Set([...at.filter((key) => named.includes(key)), ...at])];
}

function pageHolders(words: Words, page: string): Reference[] {
  const is = holdersOf(words.is, page);
  return is.length > 0 ? is : holdersOf(words.was, page);
}

function has(snapshot: Snapshot, head: string, flag: number): boolean {
  return (Number(snapshot.objects.get(head)?.flags ?? 0) & flag) !== 0;
}

function hasFrag(snapshot: Snapshot, head: string, page: string): boolean {
  return snapshot.frags.get(head)?.some((frag) => frag.page === page) === true;
}

/**
 * The call that gave a page to a head without the mark of its source, or that took the mark from it: SKBFL_SHARED_FRAG
 * for pages that others may read, destructor_arg for pages of a user.
 */
function lostMark(words: Words, page: string, head: string): Cause | null {
  const user = words.field(page, 'user', words.is) ?? words.field(page, 'user', words.was);
  const flag = user === undefined ? SKBFL_SHARED_FRAG : SKBFL_ZEROCOPY_ENABLE;
  const mark = user === undefined ? 'SKBFL_SHARED_FRAG' : `${words.label(String(user))} in destructor_arg`;
  const { history } = words;
  const last = Math.min(words.position, history.moments.length - 1);
  for (let i = last; i >= 0; i--) {
    const was = before(history, i);
    const is = after(history, i);
    if (!hasFrag(is, head, page)) continue;
    if (has(is, head, flag)) return null;
    const then = new Words(history, i);
    if (hasFrag(was, head, page)) {
      if (!has(was, head, flag)) continue;
      return causeOf(
        words,
        then,
        { page, head, mark },
        `${then.call} took ${mark} from ${then.label(head)}, which keeps the frag`,
      );
    }
    const sources = [...was.frags]
      .filter(([key, frags]) => key !== head && frags.some((frag) => frag.page === page) && has(was, key, flag))
      .map(([key]) => key);
    const from = sources.map((key) => then.label(key));
    const others = holdersOf(was, page).filter(
      ({ by }) => by !== page && !by.startsWith('data#') && !by.startsWith('uarg#'),
    );
    if (from.length === 0 && others.length === 0 && user === undefined) return null;
    const source =
      from.length > 0
        ? `${from.join(' and ')} had it`
        : others.length > 0
          ? `${then.holders(others)} ${others.length > 1 ? 'hold' : 'holds'} the page, too`
          : "the page is the user's";
    return causeOf(
      words,
      then,
      { page, head, mark },
      `${then.call} made it frag ${indexOf(is, head, page)} of ${then.label(head)} without ${mark}; ${source}`,
    );
  }
  return null;
}

function indexOf(snapshot: Snapshot, head: string, page: string): number {
  return snapshot.frags.get(head)?.findIndex((frag) => frag.page === page) ?? 0;
}

function causeOf(
  words: Words,
  then: Words,
  { page, head, mark }: { page: string; head: string; mark: string },
  how: string,
): Cause {
  const references = holdersOf(then.is, page).filter(({ by }) => by === head);
  const later = then.position === words.position ? '' : `: ${words.call} takes the page for its own`;
  return {
    objects: [page, head],
    references,
    fields: [mark.startsWith('SKBFL') ? 'flags' : 'uarg', 'flags'],
    text: `${page}: ${how}${later}`,
  };
}

/** A head that several skbs share, and that was written. */
function sharedHead(words: Words, skbs: readonly string[]): Cause | null {
  const head = String(words.field(skbs[0] ?? '', 'data', words.is));
  if (!words.is.objects.has(head)) return null;
  const dataref = words.number(head, 'dataref', words.is) & 0xffff;
  return {
    objects: [head, ...skbs],
    fields: ['dataref', 'cloned'],
    text: `${words.label(head)}: ${words
      .sharers(head)
      .map((skb) => words.label(skb))
      .join(
        ' and ',
      )} share one head (dataref ${dataref}), and ${words.call} wrote to it without a copy (skb_cow, skb_unclone)`,
  };
}
