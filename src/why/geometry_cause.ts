import { ETH_FCS_LEN } from '../model/structs/if_ether';
import type { Cause } from './cause';
import { packetCause } from './packet_cause';
import { changedSkbs } from './amounts';
import { changeOf, holdersOf } from './change';
import { fieldCause } from './field_cause';
import { after } from './history';
import type { FragFacts, Snapshot } from './snapshot';
import { Words } from './words';

/** Fields of an skb and its head that lengths and positions are in. */
const POSITIONS = ['data_offset', 'tail', 'len', 'data_len'];

/** Why lengths do not add up or bounds do not hold: the fields that the call moved, and those that it left. */
export function geometryCause(words: Words, keys: readonly string[]): Cause | null {
  const key = keys.find((one) => one.startsWith('skb#'));
  if (key === undefined) return packetCause(words, keys) ?? fieldCause(words, involved(words, keys));
  const then = firstWrong(words, key);
  const head = String(then.field(key, 'data', then.is));
  const was = then.was.objects.get(key);
  if (was === undefined) return madeCause(then, key, head);
  const old = String(was.data);
  const parts = POSITIONS.map((field) => fieldText(then, key, field));
  parts.push(pagedText(then, old, head));
  if (then.number(old, 'end', then.was) !== then.number(head, 'end', then.is))
    parts.push(`end went from ${then.number(old, 'end', then.was)} to ${then.number(head, 'end', then.is)}`);
  const sharers = then.sharers(head).filter((skb) => skb !== key);
  const shared =
    sharers.length === 0 ? '' : `; ${sharers.map((skb) => then.label(skb)).join(', ')} shares its skb_shared_info`;
  const consumed = changedSkbs(then).filter((skb) => !then.is.objects.has(skb));
  return {
    objects: [key, head, ...sharers, ...consumed],
    fields: [...POSITIONS, 'nr_frags', 'end'],
    text:
      `${then.label(key)}: in ${then.call} ` +
      `${parts.filter((part) => part !== '').join(', ')}${joined(then, key, keys)}${shared}`,
  };
}

/** The lists that the skb came into, and the members that came or that another list has, too. */
function joined(words: Words, key: string, keys: readonly string[]): string {
  const { gained } = changeOf(words.was, words.is, key, 'users');
  const lists = gained.filter(({ byName }) => byName !== true);
  const leader = lists.map(({ by }) => by).find((by) => words.is.objects.has(by));
  const gso = leader === undefined ? 0 : words.number(leader, 'gso_size', words.is);
  const members = words.is.members.get(String(words.field(key, 'data', words.is))) ?? [];
  const parts = [
    ...(lists.length === 0
      ? []
      : [`it came into ${words.holders(lists)}${gso === 0 ? '' : `, whose gso_size is ${gso}`}`]),
    ...members.filter((member) => keys.includes(member)).map((member) => memberText(words, member)),
    ...members
      .filter((member) => holdersOf(words.is, member, 'users').length > 1)
      .map((member) => `${words.label(member)} is in ${words.holders(holdersOf(words.is, member, 'users'))}`),
  ];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function memberText(words: Words, member: string): string {
  const made = words.was.objects.has(member) ? 'has' : `was made by ${words.call} with`;
  return `${words.label(member)} of its frag_list ${made} len ${words.number(member, 'len', words.is)}`;
}

function fieldText(words: Words, key: string, field: string): string {
  const from = words.number(key, field, words.was);
  const to = words.number(key, field, words.is);
  return from === to ? `${field} stays ${to}` : `${field} went from ${from} to ${to}`;
}

function pagedText(words: Words, old: string, head: string): string {
  const from = paged(words.was, old);
  const to = paged(words.is, head);
  const [few, many] = [words.was.frags.get(old)?.length ?? 0, words.is.frags.get(head)?.length ?? 0];
  const frags = `${few} to ${many}`;
  return from === to && few === many
    ? `frags and frag_list keep ${to} bytes`
    : `frags and frag_list went from ${from} to ${to} bytes (nr_frags from ${frags})`;
}

function paged(snapshot: Snapshot, head: string): number {
  const frags = snapshot.frags.get(head)?.reduce((sum, { size }) => sum + size, 0) ?? 0;
  const members = snapshot.members.get(head) ?? [];
  return members.reduce((sum, member) => sum + Number(snapshot.objects.get(member)?.len ?? 0), frags);
}

/** The moment from which data_len and the paged bytes of an skb differ. */
function firstWrong(words: Words, key: string): Words {
  const { history } = words;
  const last = Math.min(words.position, history.moments.length - 1);
  for (let i = 0; i <= last; i++) {
    const is = after(history, i).objects.get(key);
    if (is === undefined) continue;
    const wrong = Number(is.data_len) !== paged(after(history, i), String(is.data));
    if (wrong) return new Words(history, i);
  }
  return words;
}

function madeCause(words: Words, key: string, head: string): Cause {
  const page = words.field(head, 'page', words.is);
  const room = words.number(head, 'buffer_size', words.is) || words.number(head, 'alloc_size', words.is);
  const sources = sourcesOf(words);
  const where = typeof page === 'string' ? ` in ${page}` : ' by kmalloc';
  const from = sources.length === 0 ? '' : ` from ${sources.map((one) => words.label(one)).join(', ')}`;
  const frags = words.is.frags.get(head) ?? [];
  const parts = [
    `its buffer has ${room} bytes${where}`,
    `skb_shared_info lies at ${words.number(head, 'end', words.is)} and takes ${words.history.sizes.sharedInfo}`,
    `len is ${words.number(key, 'len', words.is)}, data_len ${words.number(key, 'data_len', words.is)}`,
    ...(frags.length === 0 ? [] : [`${frags.length} frags: ${frags.slice(0, 3).map(fragText).join(', ')}`]),
    ...pagedLess(words, key, head),
    ...(words.number(head, 'gso_size', words.is) === 0
      ? []
      : [
          `gso_size ${words.number(head, 'gso_size', words.is)} and gso_type ` +
            `${words.number(head, 'gso_type', words.is)} came with it`,
        ]),
  ];
  return {
    objects: [key, head, ...sources],
    fields: ['end', 'len', 'data_len'],
    text: `${words.label(key)}: ${words.call} made it${from}: ${parts.join(', ')}`,
  };
}

function fragText({ page, offset, size, bufferEnd }: FragFacts): string {
  const end = offset + size;
  const beyond =
    bufferEnd > 0 && end > bufferEnd ? `, ${end - bufferEnd} beyond its buffer, which ends at ${bufferEnd}` : '';
  return `[${offset}, ${end}) of ${page}${beyond}`;
}

/** Bytes that data_len counts and no frag has. */
function pagedLess(words: Words, key: string, head: string): string[] {
  const less = words.number(key, 'data_len', words.is) - paged(words.is, head);
  if (less === 0) return [];
  return [
    `data_len counts ${Math.abs(less)} bytes ${less > 0 ? 'more' : 'fewer'} than are ` +
      `there${less === ETH_FCS_LEN ? ' (ETH_FCS_LEN)' : ''}`,
  ];
}

/** Objects of the program that the call names. */
export function sourcesOf(words: Words): string[] {
  return [...words.was.names]
    .filter(([, names]) => names.some((name) => new RegExp(`: ${name}\\b`).test(words.moment.text)))
    .map(([key]) => key);
}

function involved(words: Words, keys: readonly string[]): string[] {
  return [...keys, ...sourcesOf(words).filter((key) => !keys.includes(key))];
}
