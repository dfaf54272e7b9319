import { amountText, changedSkbs, sizeOfHead } from './amounts';
import type { Cause } from './cause';
import type { Words } from './words';

const FIELDS = ['truesize'];

/**
 * Why truesize is not the memory that calls allocated, moved and freed: the bytes that this call added, and those that
 * it should have.
 */
export function truesizeCause(words: Words, key: string): Cause | null {
  const made = !words.was.objects.has(key);
  const added = words.number(key, 'truesize', words.is) - words.number(key, 'truesize', words.was);
  const due = words.number(key, 'expected_truesize', words.is) - words.number(key, 'expected_truesize', words.was);
  if (added === due) return null;
  const name = words.label(key);
  const others = [...changedSkbs(words).filter((skb) => skb !== key), key];
  const what = made
    ? `${words.call} made it with truesize ${added}`
    : added === 0
      ? `${words.call} left truesize at ${words.number(key, 'truesize', words.is)}`
      : `${words.call} ${added > 0 ? `added ${added} to` : `took ${-added} from`} truesize`;
  const meant = amountText(words, added, others);
  const owed =
    due === 0
      ? 'nothing that it is charged for came or went'
      : `${due < 0 ? `${-due} went` : `${due} ${made ? 'is' : 'are'} due`}${saying(amountText(words, due, others))}`;
  return {
    objects: [key, ...gone(words)],
    fields: FIELDS,
    text:
      `${name}: ${what}${saying(meant)}, but ${owed}: ` +
      `${difference(words, added - due, others)}${moved(words, key)}`,
  };
}

function saying(text: string | null): string {
  return text === null ? '' : ` (${text})`;
}

function difference(words: Words, bytes: number, skbs: readonly string[]): string {
  return (
    `${Math.abs(bytes)} bytes too ` +
    `${bytes > 0 ? 'much' : 'little'}${saying(telling(amountText(words, bytes, skbs)))}`
  );
}

/** A difference that is one of the sizes of a struct or of a head that grew; other sums agree by chance. */
function telling(text: string | null): string | null {
  return text !== null && /sizeof|grew|shrank|leaves|whole page|chunk/.test(text) ? text : null;
}

/** Keys of the skbs that the call freed. */
function gone(words: Words): string[] {
  return changedSkbs(words).filter((skb) => !words.is.objects.has(skb));
}

/** The memory that came to the skb or left it. */
function moved(words: Words, key: string): string {
  const was = words.was.frags.get(String(words.field(key, 'data', words.was))) ?? [];
  const is = words.is.frags.get(String(words.field(key, 'data', words.is))) ?? [];
  const grown = sizeOfHead(words, key, 'is') - sizeOfHead(words, key, 'was');
  const parts: string[] = [];
  if (is.length > was.length)
    parts.push(
      `${is.length - was.length === 1 ? 'a frag' : `${is.length - was.length} frags`} came (${is
        .slice(was.length)
        .map(({ page, size }) => `${size} bytes of ${page}`)
        .join(', ')})`,
    );
  if (is.length < was.length)
    parts.push(`${was.length - is.length === 1 ? 'a frag' : `${was.length - is.length} frags`} went`);
  const members = membersOf(words, key, 'is') - membersOf(words, key, 'was');
  if (members !== 0) parts.push(`${Math.abs(members)} of its frag_list ${members > 0 ? 'came' : 'went'}`);
  if (words.was.objects.has(key) && grown !== 0)
    parts.push(`its head ${grown > 0 ? 'grew' : 'shrank'} by ${Math.abs(grown)} bytes`);
  const owner = words.field(key, 'sk', words.is);
  if (typeof owner === 'string') parts.push(`${words.label(owner)} is charged for it`);
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function membersOf(words: Words, key: string, moment: 'was' | 'is'): number {
  return words[moment].members.get(String(words.field(key, 'data', words[moment])))?.length ?? 0;
}

/** Why an skb pins more memory than it is charged for. */
export function coversCause(words: Words, key: string): Cause | null {
  const exact = truesizeCause(words, key);
  if (exact !== null) return exact;
  const data = String(words.field(key, 'data', words.is));
  const name = words.label(key);
  const page = words.field(data, 'page', words.is);
  const pinned = words.is.frags.get(data)?.reduce((sum, { size }) => sum + size, 0) ?? 0;
  const before = words.was.frags.get(String(words.field(key, 'data', words.was))) ?? [];
  const others = words.sharers(data).filter((skb) => skb !== key);
  if (typeof page === 'string' && pinned === 0 && before.length === 0 && !words.was.objects.has(key))
    return {
      objects: [key, page],
      fields: ['truesize'],
      text:
        `${name}: ${words.call} cut its head of ${words.number(data, 'alloc_size', words.is)} bytes from ` +
        `${page}, a page_frag of order ${words.number(page, 'order', words.is)}, which it pins as a whole`,
    };
  const grown = sizeOfHead(words, key, 'is') - sizeOfHead(words, key, 'was');
  const shared =
    others.length > 0
      ? `; ${words.call} changed the skb_shared_info that ${others.map((skb) => words.label(skb)).join(', ')} ` +
        `shares with it`
      : '';
  const what =
    grown > 0 && words.was.objects.has(key)
      ? `${words.call} made its head ${grown} bytes larger and left truesize at ` +
        `${words.number(key, 'truesize', words.is)}`
      : `${words.call} left it with ${pinned} bytes in frags and truesize ${words.number(key, 'truesize', words.is)}`;
  return { objects: [key, data, ...others], fields: ['truesize', 'end'], text: `${name}: ${what}${shared}` };
}
