import type { SkBuff } from '../../../src/model/structs/sk_buff';
import type { GroList, Napi } from '../../../src/model/structs/napi';
import type { World } from '../../../src/model/world/world';
import { harmsTo, type Harm } from './harm';

const packet = (i: number, flow: number, seq: number, hash = 0): string => `skb${i} = alloc_skb(size: 256)
skb_put_packet(skb: skb${i}, len: 1, proto: tcp, flow: ${flow}, seq: ${seq})
napi_gro_receive(napi: napi1, skb: skb${i}, hash: ${hash}, context: softirq)
`;
export const NAPI = 'napi1 = netif_napi_add()\n';
/** One packet with two that were chained behind it. */
export const CHAINED = `${NAPI}sock1 = sk_alloc()\n${packet(1, 0, 0)}${packet(2, 0, 1)}${packet(3, 0, 2)}`;
/** Eight flows in one bucket, and one in the next. */
const FULL = NAPI + [0, 1, 2, 3, 4, 5, 6, 7].map((i) => packet(i + 1, i, 0)).join('') + packet(9, 8, 0, 1);
const arp = (i: number): string => `skb${i} = alloc_skb(size: 256)
skb_put_packet(skb: skb${i}, len: 0, proto: arp, flow: 0)
napi_gro_receive(napi: napi1, skb: skb${i}, context: softirq)
`;
export const WAITING = NAPI + arp(1) + arp(2);
const RECEIVED = `${WAITING}gro_normal_list(napi: napi1, context: softirq)\n`;
const FRAGS = `${NAPI}napi_get_frags(napi: napi1, context: softirq)\n`;
export const DEFERRED = `skb1 = alloc_skb(size: 256)
sock1 = sk_alloc()
skb_set_owner_r(skb: skb1, sock: sock1)
tcp_eat_recv_skb(skb: skb1)
`;

const napi = (w: World): Napi => w.systems.napis[0];
const bucket = (w: World): GroList => napi(w).groHash.find(({ list }) => list.length > 0) as GroList;
const next = (w: World): GroList => napi(w).groHash.filter(({ list }) => list.length > 0)[1];
const p = (w: World): SkBuff => bucket(w).list[0];
const member = (w: World): SkBuff => p(w).data.fragList as SkBuff;
const users = (skb: SkBuff): number => skb.users++;

/** GRO, and skbs that another CPU frees. */
export const NAPI_HARMS: readonly Harm[] = [
  ...harmsTo('socket-charge', CHAINED, {
    'a chained packet has a socket without a destructor': (w) => (member(w).sk = w.socks[0]),
    'the second chained packet has a socket without a destructor': (w) => ((member(w).next as SkBuff).sk = w.socks[0]),
  }),
  ...harmsTo('', CHAINED, {
    'a chained packet has a socket and a destructor': (w) => {
      member(w).sk = w.socks[0];
      member(w).destructor = 3;
    },
    'a chained packet has a destructor and no socket': (w) => (member(w).destructor = 3),
    'a packet that heads a list has a socket without a destructor': (w) => (p(w).sk = w.socks[0]),
    'chained packets have as many linear bytes as a segment': (w) => {
      p(w).data.gsoSize = Math.max(member(w).len, (member(w).next as SkBuff).len);
    },
    'packets that were chained whole have more linear bytes than a segment': (w) => {
      p(w).data.gsoSize = 0;
      if (p(w).gro !== null) (p(w).gro as { isFlist: boolean }).isFlist = true;
    },
  }),
  ...harmsTo(
    'geometry',
    CHAINED,
    {
      'chained packets have more linear bytes than a segment': (w) => (p(w).data.gsoSize = 0),
    },
    { times: 2 },
  ),
  ...harmsTo(
    'skb-users, geometry, bytes',
    CHAINED,
    {
      'chained packets go round': (w) => ((member(w).next as SkBuff).next = member(w)),
    },
    { times: 4 },
  ),
  ...harmsTo(
    'socket-charge, geometry',
    CHAINED,
    {
      'an skb that is not marked as in GRO is checked as well': (w) => {
        p(w).gro = null;
        p(w).data.gsoSize = 0;
        member(w).sk = w.socks[0];
      },
    },
    { times: 3 },
  ),
  ...harmsTo(
    '',
    CHAINED,
    { '6.1 never splits a chained packet': (w) => (p(w).data.gsoSize = 0) },
    { profile: 'linux-6.1' },
  ),
  ...harmsTo('', FULL, { 'a bucket is exactly full': () => undefined }),
  ...harmsTo('ring-bounds', FULL, {
    'a bucket holds a packet too many': (w) => {
      bucket(w).list.push(next(w).list.pop() as SkBuff);
      bucket(w).count++;
      const emptied = napi(w).groHash.findIndex(({ list, count }) => count > list.length);
      napi(w).groHash[emptied].count--;
      napi(w).groBitmask &= ~(1 << emptied);
    },
    'the count of a bucket is too large': (w) => bucket(w).count++,
    'the count of the second bucket is too small': (w) => next(w).count--,
    'gro_bitmask misses a bucket': (w) => (napi(w).groBitmask &= napi(w).groBitmask - 1),
    'gro_bitmask names a bucket that is empty': (w) => (napi(w).groBitmask |= 1 << 7),
  }),
  ...harmsTo('', WAITING, { 'seven segments wait for the stack': (w) => (napi(w).rxCount = 7) }),
  ...harmsTo('ring-bounds', WAITING, {
    'eight segments wait for the stack': (w) => (napi(w).rxCount = 8),
    'fewer segments wait than packets': (w) => (napi(w).rxCount = 1),
  }),
  ...harmsTo('skb-users', WAITING, { 'a packet that waits for the stack has another user': (w) => users(w.skbs[1]) }),
  ...harmsTo('skb-users', RECEIVED, { 'a packet that the stack got has another user': (w) => users(w.skbs[1]) }),
  ...harmsTo('skb-users', FULL, { 'a packet in GRO has another user': (w) => users(w.skbs[8]) }),
  ...harmsTo('skb-users', FRAGS, { 'napi.skb has another user': (w) => users(w.skbs[0]) }),
  ...harmsTo('socket-charge', DEFERRED, {
    'an skb that another CPU frees is charged': (w) => (w.skbs[0].destructor = 3),
  }),
  ...harmsTo('skb-users', DEFERRED, { 'an skb that another CPU frees has another user': (w) => users(w.skbs[0]) }),
];
