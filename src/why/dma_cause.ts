import { amountText } from './amounts';
import type { Cause } from './cause';
import { changeOf, holdersOf } from './change';
import { countCause } from './count_cause';
import { after, before } from './history';
import { Words } from './words';

/** An address belongs to the mapping that begins at most a page before it. */
const PAGE = 4096;
const NUMBER_IN_TEXT = /\b\d+\b/g;

/** Why a page is mapped too often, or not any more. */
export function mappedCause(words: Words, keys: readonly string[], message: string): Cause | null {
  const page = keys.find((key) => key.startsWith('page#'));
  const device = keys.find((key) => key.startsWith('device#'));
  if (page !== undefined && /is mapped/.test(message)) return ownersCause(words, page);
  if (device !== undefined && /mapped for it|still mapped/.test(message)) return goneDevice(words, device);
  if (page !== undefined && words.was.objects.has(page) && !words.is.objects.has(page)) return freedMapped(words, page);
  return unmapCause(words, page, message);
}

function ownersCause(words: Words, page: string): Cause | null {
  const { lost } = changeOf(words.was, words.is, page, 'mappings');
  const cause = countCause(words, { key: page, counter: 'mappings', field: 'mappings' });
  const dirty = words.field(page, 'mapping.address', words.is);
  if (cause === null) return null;
  const where =
    dirty === undefined ? '' : ` (at ${dirty}, ${Number(words.field(page, 'mapping.size', words.is))} bytes)`;
  return { ...cause, text: `${cause.text}${lost.length === 0 ? '' : where}` };
}

/** The pages that are mapped for a device when it goes, and their holders. */
function goneDevice(words: Words, device: string): Cause | null {
  const mapped = [...words.was.objects].filter(([, facts]) => facts['mapping.device'] === device).map(([key]) => key);
  const page = mapped[0];
  if (page === undefined) return null;
  const holders = holdersOf(words.was, page);
  const pool = words.field(page, 'pp', words.was);
  const owner =
    typeof pool === 'string'
      ? `; the mapping is ${words.label(pool)}'s, which was destroyed in ${destroyedBy(words, pool)} and did ` +
        `not unmap what was out`
      : '';
  return {
    objects: [page, device, ...(typeof pool === 'string' ? [pool] : [])],
    references: holders,
    fields: ['mappings'],
    text:
      `${page}: mapped at ${String(words.field(page, 'mapping.address', words.was))} for ${device}, which ` +
      `goes in ${words.call}; ${words.holders(holders)} ${holders.length > 1 ? 'hold' : 'holds'} it${owner}`,
  };
}

function destroyedBy({ history, position }: Words, pool: string): string {
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--) {
    const [was, is] = [before(history, i), after(history, i)].map(({ objects }) => objects.get(pool)?.destroy_cnt);
    if (was !== is) return history.moments[i].command;
  }
  return 'no call';
}

function freedMapped(words: Words, page: string): Cause {
  const { lost } = changeOf(words.was, words.is, page);
  return {
    objects: [page],
    references: lost,
    fields: ['mappings'],
    text:
      `${page}: ${words.holders(lost)} let it go in ${words.call}, and it was freed while mapped at ` +
      `${String(words.field(page, 'mapping.address', words.was))}: nobody called dma_unmap_page()`,
  };
}

/**
 * An unmap or a sync of an address: the mapping that it meant, and the call that removed it or the bytes by which it
 * is beside it.
 */
export function unmapCause(words: Words, page: string | undefined, message: string): Cause | null {
  const numbers = (message.match(NUMBER_IN_TEXT) ?? []).map(Number);
  const near = [...words.was.mappings, ...words.is.mappings]
    .map((one) => ({
      ...one,
      off: numbers.find((n) => n !== one.address && n > one.address && n < one.address + Math.max(one.size, PAGE)),
    }))
    .filter(({ off, page: mapped }) => off !== undefined || mapped === page)
    .sort((a, b) => Number(numbers.includes(b.size)) - Number(numbers.includes(a.size)))[0];
  if (near !== undefined) {
    const head = near.page === KMALLOC ? mappedSkb(words) : undefined;
    const holders = holdersOf(words.was, head ?? near.page);
    const what =
      near.off === undefined
        ? `it is mapped at ${near.address} with ${near.size} bytes${given(words, numbers, near)}`
        : `it is mapped at ${near.address}, and ${words.call} gave back ${near.off}, which is ` +
          `${near.off - near.address} more`;
    return {
      objects: head === undefined ? [near.page] : [head, ...holders.map(({ by }) => by)],
      references: holders,
      fields: ['mappings'],
      text:
        `${nameOf(near.page, head)}: ${what}; ${words.call} gave back another address or length than ` +
        `dma_map_page() returned${holders.length === 0 ? '' : ` for ${words.holders(holders)}`}`,
    };
  }
  const at = / at (\d+)/.exec(message);
  return unmappedBefore(words, at === null ? numbers : [Number(at[1])]);
}

/** The length that was given instead, and the field that has it. */
function given(
  words: Words,
  numbers: readonly number[],
  { size, page }: { readonly size: number; readonly page: string },
): string {
  const id = Number(page.slice(page.indexOf('#') + 1));
  const other = numbers.find((number) => number !== size && number !== id);
  if (other === undefined) return '';
  const skbs = [...words.was.objects.keys()].filter((key) => key.startsWith('skb#'));
  const text = amountText(words, other, skbs);
  return `, and ${words.call} unmapped ${other}${text === null ? '' : ` (${text})`}`;
}

/** The page of a mapping of kmalloc memory, which is not counted. */
const KMALLOC = 'page#0';

function nameOf(page: string, head?: string): string {
  if (page !== KMALLOC) return page;
  return head === undefined ? 'a kmalloc head' : `the kmalloc head of ${head}`;
}

/** An skb in the ring of a port, for which its head is mapped. */
function mappedSkb({ was }: Words): string | undefined {
  return [...was.objects.keys()].find(
    (key) => key.startsWith('skb#') && holdersOf(was, key).some(({ by }) => by.startsWith('port#')),
  );
}

function unmappedBefore(words: Words, addresses: readonly number[]): Cause | null {
  const { history, position } = words;
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--) {
    const left = after(history, i).mappings;
    const gone = before(history, i).mappings.find(
      ({ page, address }) =>
        (addresses.includes(address) || addresses.includes(0)) && !left.some((one) => one.page === page),
    );
    if (gone === undefined) continue;
    const holders = holdersOf(before(history, i), gone.page);
    const same = i >= Math.min(position, history.moments.length - 1);
    const how = same
      ? `${words.call} removed that mapping and then used it once more`
      : `${history.moments[i].command} removed that mapping already`;
    return {
      objects: [gone.page],
      references: holders,
      fields: ['mappings', 'dma_addr'],
      text:
        `${gone.page}: it was mapped at ${gone.address}; ${how} (${words.holders(holders)} held the page), ` +
        `and its dma_addr is ` +
        String(words.field(gone.page, 'dma_addr', words.is) ?? words.field(gone.page, 'dma_addr', words.was) ?? 'gone'),
    };
  }
  return null;
}

/**
 * Why the CPU or the device sees bytes that are the other's: the syncs that a call made, and those that it left out.
 */
export function ownershipCause(words: Words, keys: readonly string[], message: string): Cause | null {
  if (/where device#\d+ has no mapping|was removed/.test(message))
    return unmapCause(
      words,
      keys.find((key) => key.startsWith('page#')),
      message,
    );
  const page = keys.find((key) => key.startsWith('page#')) ?? pageOf(words, keys);
  if (page === undefined) return null;
  const pool = words.field(page, 'pp', words.is) ?? words.field(page, 'pp', words.was);
  const device = String(
    words.field(page, 'mapping.device', words.is) ?? words.field(page, 'mapping.device', words.was) ?? '',
  );
  const syncs = (field: string): number =>
    words.number(device, field, words.is) - words.number(device, field, words.was);
  const { gained, holders } = changeOf(words.was, words.is, page);
  const forCpu = syncs('syncs_for_cpu');
  const forDevice = syncs('syncs_for_device');
  const mapped = syncs('maps') > 0 ? 'mapped it and ' : syncs('unmaps') > 0 ? 'unmapped it and ' : '';
  const since = ownedSince(words, page);
  return {
    objects: [page, device, ...(typeof pool === 'string' ? [pool] : [])],
    references: gained.length > 0 ? gained : holders,
    fields: ['syncs_for_cpu', 'syncs_for_device', 'dma_sync'],
    text:
      `${page}: ${words.call} ${mapped}gave it to ${words.holders(gained.length > 0 ? gained : holders)} ` +
      `with ${forCpu === 0 ? 'no' : forCpu} dma_sync_single_for_cpu() and ${forDevice === 0 ? 'no' : forDevice} ` +
      `dma_sync_single_for_device(); its mapping is ${device}'s${since}`,
  };
}

/** The bytes of the page that the CPU owns, and the call that made it so. */
function ownedSince(words: Words, page: string): string {
  const { history, position } = words;
  const field = 'mapping.cpu_owned';
  for (let i = Math.min(position, history.moments.length - 1); i >= 0; i--) {
    const was = before(history, i).objects.get(page)?.[field];
    const is = after(history, i).objects.get(page)?.[field];
    if (is === undefined || was === is) continue;
    const call = new Words(history, i);
    const device = String(call.field(page, 'mapping.device', call.is));
    const count = (name: string): number => call.number(device, name, call.is) - call.number(device, name, call.was);
    return (
      `; since ${call.call} (${count('syncs_for_cpu')} syncs for the CPU, ${count('syncs_for_device')} for ` +
      `the device) the CPU owns bytes ${is === '' ? 'none' : String(is)}`
    );
  }
  return '';
}

function pageOf(words: Words, keys: readonly string[]): string | undefined {
  return words.is.references.find(({ by }) => keys.includes(by))?.of;
}
