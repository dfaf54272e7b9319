import { SKBFL_PURE_ZEROCOPY } from '../model/structs/sk_buff';
import { amountText, changedSkbs } from './amounts';
import type { Cause } from './cause';
import type { Words } from './words';

/** destructors by their numbers in the model. */
const DESTRUCTORS = ['none', 'sock_wfree', 'sock_rfree', 'sock_edemux', 'tcp_wfree', 'xsk_destruct_skb', 'sock_efree'];

/** Why a socket's charge and the skbs that owe it parted: the skb that went, came or changed without the charge. */
export function chargeCause(words: Words, key: string): Cause | null {
  const alloc = ['wmem_alloc', 'rmem_alloc', 'wmem_queued', 'mem_charged'].find((field) => isOff(words, key, field));
  const changed = changedSkbs(words).filter(
    (skb) => words.field(skb, 'sk', words.was) === key || words.field(skb, 'sk', words.is) === key,
  );
  const field = alloc ?? 'wmem_alloc';
  const from = words.number(key, field, words.was);
  const to = words.number(key, field, words.is);
  const charge =
    `sk_${field} ` +
    `${from === to ? `stays ${to}` : `went from ${from} to ${to}${amountOf(words, to - from, changed)}`}`;
  const parts = changed.flatMap((skb) => partOf(words, key, skb));
  if (parts.length === 0) return queueCause(words, key);
  return {
    objects: [key, ...changed],
    fields: ['truesize', field],
    text: `${words.label(key)}: in ${words.call} ${parts.join(', ')}; ${charge}`,
  };
}

/** Why sk_write_queue owes another sum than the socket pays: its skbs, and the ones that are pure zerocopy. */
function queueCause(words: Words, key: string): Cause | null {
  const queued = words.is.references.filter(({ by, place }) => by === key && place === 'sk_write_queue');
  const parts = queued.map(({ of }) => {
    const data = String(words.field(of, 'data', words.is));
    const pure = (words.number(data, 'flags', words.is) & SKBFL_PURE_ZEROCOPY) !== 0;
    const frags = [words.was, words.is].map(({ frags: all }) => all.get(data)?.length ?? 0);
    const mark = pure ? 'is still SKBFL_PURE_ZEROCOPY, so that it owes its head alone' : 'owes its truesize';
    return `${words.label(of)} (nr_frags from ${frags[0]} to ${frags[1]}) ${mark}`;
  });
  if (parts.length === 0) return null;
  const paid = (field: string): string =>
    `${field} went from ${words.number(key, field, words.was)} to ${words.number(key, field, words.is)}`;
  return {
    objects: [key, ...queued.map(({ of }) => of)],
    references: queued,
    fields: ['wmem_queued', 'mem_charged', 'flags'],
    text:
      `${words.label(key)}: in ${words.call} ${paid('wmem_queued')} and ${paid('mem_charged')}; ` +
      `${parts.join(', ')}`,
  };
}

function isOff(words: Words, key: string, field: string): boolean {
  const delta = words.number(key, field, words.is) - words.number(key, field, words.was);
  return delta !== owed(words, key, field, 'is') - owed(words, key, field, 'was');
}

function owed(words: Words, sock: string, field: string, moment: 'was' | 'is'): number {
  let sum = 0;
  for (const [key, facts] of words[moment].objects) {
    if (!key.startsWith('skb#') || facts.sk !== sock) continue;
    const receives = facts.destructor === 2;
    const sends = facts.destructor === 1 || facts.destructor === 4 || facts.destructor === 5;
    if ((field === 'rmem_alloc' && receives) || (field === 'wmem_alloc' && sends)) sum += Number(facts.truesize);
  }
  if (field === 'wmem_queued' || field === 'mem_charged') return Number(words.field(sock, field, words[moment]) ?? 0);
  return sum;
}

function amountOf(words: Words, bytes: number, skbs: readonly string[]): string {
  const text = amountText(words, bytes, skbs);
  return text === null ? '' : ` (${text})`;
}

/** The change of what one skb owes. */
function partOf(words: Words, sock: string, skb: string): string[] {
  const name = words.label(skb);
  const was = words.was.objects.get(skb);
  const is = words.is.objects.get(skb);
  const destructor = (facts: typeof was): string => DESTRUCTORS[Number(facts?.destructor ?? 0)];
  if (was?.sk === sock && is === undefined)
    return [`${name}, charged with truesize ${Number(was.truesize)}, was freed (its destructor is ${destructor(was)})`];
  if (was?.sk === sock && is !== undefined && is.sk !== sock)
    return [`${name} left the socket with truesize ${Number(is.truesize)}`];
  if (is?.sk === sock && was?.sk !== sock)
    return [`${name} came with truesize ${Number(is.truesize)} and ${destructor(is)}`];
  if (was === undefined || is === undefined) return [];
  const parts: string[] = [];
  if (was.truesize !== is.truesize)
    parts.push(
      `the truesize of ${name} went from ${Number(was.truesize)} to ` +
        `${Number(is.truesize)}${amountOf(words, Number(is.truesize) - Number(was.truesize), [skb])}`,
    );
  if (was.destructor !== is.destructor)
    parts.push(`the destructor of ${name} went from ${destructor(was)} to ${destructor(is)}`);
  return parts;
}

/** Why an skb has a socket that nothing uncharges, or waits while it is charged. */
export function ownerCause(words: Words, key: string): Cause | null {
  const sock = words.field(key, 'sk', words.is);
  if (typeof sock !== 'string') return null;
  const from = DESTRUCTORS[words.number(key, 'destructor', words.was)];
  const to = DESTRUCTORS[words.number(key, 'destructor', words.is)];
  const changed = from === to ? `kept its destructor ${to}` : `lost its destructor (${from} is ${to} now)`;
  return {
    objects: [key, sock],
    fields: ['destructor', 'sk'],
    text: `${words.label(key)}: ${words.call} left skb->sk at ${words.label(sock)}, and the skb ${changed}`,
  };
}
