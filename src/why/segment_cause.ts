import type { Cause } from './cause';
import { after, before } from './history';
import type { Words } from './words';

const FIELDS = ['len', 'data_len', 'gso_size', 'gso_type'];

/**
 * Why skb_segment meets a BUG_ON: gso_size, the members of the frag_list, and the call that last changed the guilty
 * one.
 */
export function segmentCause(words: Words, keys: readonly string[], message: string): Cause | null {
  if (!message.includes('skb_segment')) return null;
  const named = keys.find((key) => key.startsWith('skb#'));
  if (named === undefined) return null;
  const head =
    [...words.was.members].find(([, members]) => members.includes(named))?.[0] ??
    String(words.field(named, 'data', words.was));
  const members = words.was.members.get(head) ?? [];
  const list = members.slice(0, 4).map((skb) => memberText(words, skb));
  const changed = members.map((skb) => changedBy(words, skb)).find((text) => text !== null);
  return {
    objects: [named, head, ...members],
    fields: FIELDS,
    text:
      `${words.label(head)}: gso_size is ${words.number(head, 'gso_size', words.was)} (gso_type ` +
      `0x${words.number(head, 'gso_type', words.was).toString(16)}), and its frag_list is ` +
      `${list.length === 0 ? 'empty' : list.join(', ')}: skb_segment trusts gso_size to fit every ` +
      `member; ${changed ?? gsoSetBy(words, head)}`,
  };
}

function memberText(words: Words, skb: string): string {
  const len = words.number(skb, 'len', words.was);
  const linear = len - words.number(skb, 'data_len', words.was);
  const kmalloc = words.field(skb, 'head_frag', words.was) !== true && linear > 0;
  return (
    `${words.label(skb)} of len ${len} (${linear} ` +
    `linear${kmalloc ? ' in kmalloc memory, which cannot be shared as a frag' : ''})`
  );
}

/** The last call that changed the length of a member after it had come into the list. */
function changedBy({ history, position }: Words, skb: string): string | null {
  for (let i = position - 1; i >= 0; i--) {
    const was = before(history, i);
    if (![...was.members.values()].some((members) => members.includes(skb))) return null;
    const [from, to] = [Number(was.objects.get(skb)?.len), Number(after(history, i).objects.get(skb)?.len)];
    if (from !== to)
      return (
        `${history.moments[i].command} made ${skb} ${to} bytes long, which had ${from} in the list, and ` +
        `left gso_type without SKB_GSO_DODGY`
      );
  }
  return null;
}

/** The last call that changed gso_size of the packet. */
function gsoSetBy({ history, position }: Words, head: string): string {
  for (let i = position - 1; i >= 0; i--) {
    const [from, to] = [before(history, i), after(history, i)].map(({ objects }) => objects.get(head)?.gso_size);
    if (from !== to) return `${history.moments[i].command} set gso_size`;
  }
  return 'nothing set gso_size';
}
