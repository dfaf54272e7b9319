import { parseQueued } from '../../commands/outside/abi/nft/queue';
import { BIND_SEQUENCE } from '../../commands/outside/tc/nfqueue';
import { type QueuedPlan, queuedOf, type QueueNumbers } from '../../commands/outside/tc/nfqueue_plan';
import { NFT_MESSAGES } from '../../commands/outside/tc/nft_rule';
import type { StepResult } from '../../commands/outside/step';
import { valueOf, wordOf } from './args';
import { bytesOf, type History, type Told } from './history';
import { acksOf, didAll } from './links/acks';

/* Packets that wait for a reader in a queue of netfilter. */

/** Bytes of the headers of IP and UDP. */
const HEADERS_BYTES = { 4: 20 + 8, 6: 40 + 8 } as const;

export function judgeNfqueue(history: History, told: Told): void {
  const isReady = didAll(told, NFT_MESSAGES) && acksOf(told).get(BIND_SEQUENCE) === 0;
  const others = [...told.returnsOf('socket'), ...told.returnsOf('bind'), ...told.returnsOf('connect')];
  if (!isReady || others.some((ret) => ret < 0)) return;
  // Fragments of IPv6 are put together behind the hook of input, and come to it each for itself (ip6_input_finish).
  if (history.fragmentsLocally && wordOf(told, 'version') === '6' && wordOf(told, 'at') === 'input') return;
  // The first message is that of the rule.
  const taken = told
    .returnsOf('sendto')
    .slice(1)
    .map((ret) => ret > 0);
  const packets = queuedOf(numbersOf(told), told.position, (number) => taken[number]);
  const data = bytesOf(
    told,
    packets.reduce((most, { end }) => Math.max(most, end), 0),
  );
  const [shown, arrived] = groupsOf(told.answersTo('read'));
  // A kernel that tracks connections drops packets of a connection whose first packet waits (nf_ct_drop_unconfirmed).
  const isSure = !history.tracks && told.returnsOf('setsockopt').every((ret) => ret === 0);
  judgeShown(history, told, packets, data, shown, isSure);
  judgeArrived(history, packets, data, arrived, isSure);
}

const numbersOf = (told: Told): QueueNumbers => ({
  ...{ count: valueOf(told, 'count'), size: valueOf(told, 'size'), segment: valueOf(told, 'segment') },
  ...{ flags: valueOf(told, 'flags'), length: valueOf(told, 'length'), verdict: valueOf(told, 'verdict') },
  ...{ order: valueOf(told, 'order'), grow: valueOf(told, 'grow') },
});

/** The bytes that the reader read, and then the receiver: a read that is refused ends each. */
function groupsOf(answers: readonly StepResult[]): [Buffer[], Buffer[]] {
  const end = answers.findIndex(({ ret }) => ret < 0);
  const read = (some: readonly StepResult[]): Buffer[] =>
    some.flatMap(({ ret, out }) => (ret < 0 || out.length === 0 ? [] : [out[0].subarray(0, ret)]));
  return [read(answers.slice(0, end)), read(answers.slice(end))];
}

/** The reader sees as much of each packet as he wants. */
function judgeShown(
  history: History,
  told: Told,
  packets: readonly QueuedPlan[],
  data: Buffer,
  messages: readonly Buffer[],
  isSure: boolean,
): void {
  const waiting = packets.filter(({ verdict }) => verdict !== null);
  const shown = messages.flatMap(parseQueued);
  if (isSure) {
    const message = `a queue shows ${shown.length} packets to its reader, and ${waiting.length} wait there`;
    history.ask('reader-decides', shown.length === waiting.length ? null : message, 'program');
  }
  const headers = HEADERS_BYTES[wordOf(told, 'version') === '4' ? 4 : 6];
  const copied = valueOf(told, 'copied');
  if (shown.length !== waiting.length) return;
  shown.forEach(({ payload }, at) => {
    const { start, end } = waiting[at];
    const whole = headers + end - start;
    const bytes = Math.min(copied, whole);
    const own = payload.subarray(headers);
    const isRight = payload.length === bytes && own.equals(data.subarray(start, start + own.length));
    history.ask('reader-decides', isRight ? null : `packet ${at + 1} of a queue is shown with other bytes`, 'program');
  });
}

interface Due {
  readonly bytes: Buffer;
  /** It comes for certain. */
  readonly isSure: boolean;
}

function judgeArrived(
  history: History,
  packets: readonly QueuedPlan[],
  data: Buffer,
  arrived: readonly Buffer[],
  isSure: boolean,
): void {
  const isOpen = (packet: QueuedPlan): boolean => packet.verdict === null;
  const due = packets.flatMap((packet) => dueOf(history, packet, data));
  const left = new Set(due);
  for (const bytes of arrived) {
    const one = [...left].find((each) => each.bytes.equals(bytes));
    if (one !== undefined) left.delete(one);
    const isPart = packets.some((packet) => isPartOfMangled(packet, bytes));
    const message = `a datagram of ${bytes.length} bytes arrives that the reader of its queue did not let through`;
    history.ask('reader-decides', one !== undefined || isPart ? null : message, 'program');
  }
  if (!isSure || packets.some(isOpen)) return;
  for (const { bytes, isSure: comes } of due) {
    if (!comes) continue;
    const isThere = ![...left].some((each) => each.bytes === bytes);
    const message = `a datagram of ${bytes.length} bytes does not arrive that the reader of its queue let through`;
    history.ask('reader-decides', isThere ? null : message, 'program');
  }
}

/** The datagrams of a packet that arrive. Of one without room in the queue nobody says it here: see fail_open. */
function dueOf({ level }: History, packet: QueuedPlan, data: Buffer): Due[] {
  const { start, end, piece, verdict, mangled } = packet;
  if (verdict === 'drop' || verdict === 'none') return [];
  // A kernel may refuse the bytes of a reader in a user's namespace, and drop the packet (nfqnl_mangle, 7.3).
  if (verdict === 'mangle') return isOfSeveral(packet) ? [] : [{ bytes: mangled, isSure: level === 'root' }];
  const due: Due[] = [];
  for (let at = start; at < end; at += piece)
    due.push({ bytes: data.subarray(at, Math.min(at + piece, end)), isSure: verdict !== null });
  return due;
}

const isOfSeveral = ({ start, end, piece }: QueuedPlan): boolean => end - start > piece;

/** Nobody says where a packet of several datagrams is cut after its reader changed it. */
const isPartOfMangled = (packet: QueuedPlan, bytes: Buffer): boolean =>
  packet.verdict === 'mangle' && isOfSeveral(packet) && packet.mangled.includes(bytes);
