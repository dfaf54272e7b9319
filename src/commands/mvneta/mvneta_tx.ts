import { defineCommand } from '../define_command';
import { mvnetaTx } from '../../model/drivers/net/mvneta/mvneta_tx';
import { mvnetaTxqBufsFree } from '../../model/drivers/net/mvneta/mvneta_txq_bufs_free';
import { type SkBuff } from '../../model/structs/sk_buff';
import { CONTEXT_SOFTIRQ } from '../../model/world/world';
import { type Command } from '../command';
import { consume, skbOf } from '../objects';
import { portOf } from '../objects';
import { pickHandle } from '../pick';
import { isSole } from '../skb/skb_contract';
import type { MvnetaPort, TxBuf } from '../../model/structs/mvneta_port';
import { skbHeadlen, skbZcopy } from '../../model/net/core/skbuff/skbuff_inlines';

/** The stack passes only skbs that the device can send: no frag_list, a head with bytes, and room in the ring. */
function maySend(port: MvnetaPort, skb: SkBuff): boolean {
  return (
    isSole(skb) &&
    skb.data.fragList === null &&
    skbZcopy(skb) === null &&
    skb.data.gsoSize === 0 &&
    skbHeadlen(skb) > 0 &&
    port.tx.length + skb.data.nrFrags + 1 < port.txSize
  );
}

/** ndo_start_xmit maps head and frags. The driver takes over the skb in any case. */
const MVNETA_TX = defineCommand({
  name: 'mvneta_tx',
  opcode: 325,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'skb', type: 'skb', consumed: true },
  ],
  outcomes: ['ok', 'dropped_down', 'dropped_mapping'],
  allocates: true,
  contextual: false,
  weight: 48,
  usuallyNext: ['mvneta_tx', 'mvneta_tx_done', 'mvneta_stop'],
  draw(world, draw, args) {
    args.port = draw.handle(world, 'port');
    if (args.port < 0) return false;
    const port = portOf(world, args.port);
    args.skb = pickHandle(world, draw, 'skb', (skb) => maySend(port, skb));
    return args.skb >= 0;
  },
  applies(world, args) {
    return maySend(portOf(world, args.port), skbOf(world, args.skb));
  },
  run(world, args) {
    const port = portOf(world, args.port);
    const skb = skbOf(world, args.skb);
    consume(world, args.skb);
    world.context = CONTEXT_SOFTIRQ;
    if (mvnetaTx(world, port, skb)) return 0;
    return port.running ? 2 : 1;
  },
});

/** Number of descriptors of the oldest `packets` packets of the ring. */
function descriptorsOf(tx: readonly TxBuf[], packets: number): number {
  let left = packets;
  for (let i = 0; i < tx.length; i++) {
    if (!tx[i].last) continue;
    left--;
    if (left === 0) return i + 1;
  }
  return tx.length;
}

const PACKETS_MAX = 64;

/** The hardware has sent the oldest packets: mvneta_txq_bufs_free, by the port's NAPI or from elsewhere. */
const MVNETA_TX_DONE = defineCommand({
  name: 'mvneta_tx_done',
  opcode: 326,
  system: 'driver',
  args: [
    { name: 'port', type: 'port' },
    { name: 'packets', type: 'int', min: 1, max: PACKETS_MAX, default: PACKETS_MAX, smallest: 1 },
    { name: 'napi', type: 'int', min: 0, max: 1, default: 1 },
  ],
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 16,
  draw(world, draw, args) {
    args.port = pickHandle(world, draw, 'port', (port) => port.tx.length > 0);
    args.packets = draw.chance(1, 2) ? PACKETS_MAX : draw.between(1, 4);
    args.napi = draw.chance(3, 4) ? 1 : 0;
    return args.port >= 0;
  },
  applies(world, args) {
    return portOf(world, args.port).tx.length > 0;
  },
  run(world, args) {
    const port = portOf(world, args.port);
    world.context = CONTEXT_SOFTIRQ;
    mvnetaTxqBufsFree(world, port, descriptorsOf(port.tx, args.packets), args.napi === 1);
    return 0;
  },
});

export const MVNETA_TX_COMMANDS: readonly Command[] = [MVNETA_TX, MVNETA_TX_DONE];
