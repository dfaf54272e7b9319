import type { MvnetaPort, TxBuf } from '../../model/structs/mvneta_port';
import type { HandleObject, World } from '../../model/world/world';
import { TX_TYPES } from '../../protocol/values';
import { PORT_ROW, PORT_STATS_ROW, PORT_TX_ROW } from '../../protocol/words/mvneta';
import type { ObservationWords } from './observation_words';

export const MVNETA_OBSERVERS = { port: observePort };

function observePort(out: ObservationWords, world: World, object: HandleObject): void {
  const port = object as MvnetaPort;
  out
    .row(PORT_ROW)
    .put('running', port.running ? 1 : 0)
    .put('prog', port.prog)
    .put('mtu', port.mtu)
    .put('occupied', port.occupied)
    .put('non_occupied', port.nonOccupied)
    .put('refill_num', port.refillNum)
    .end();
  stats(out, port);
  ring(out, world, port);
  out.word(port.tx.length);
  for (const buf of port.tx) inFlight(out, world, buf);
  out.word(port.delivered.length);
  for (const skb of port.delivered) {
    out.makeRoom();
    out.skb(world, skb);
  }
}

function stats(out: ObservationWords, { stats }: MvnetaPort): void {
  out
    .row(PORT_STATS_ROW)
    .put('rx_packets', stats.rxPackets)
    .put('rx_bytes', stats.rxBytes)
    .put('tx_packets', stats.txPackets)
    .put('tx_bytes', stats.txBytes)
    .put('xdp_redirect', stats.xdpRedirect)
    .put('xdp_pass', stats.xdpPass)
    .put('xdp_drop', stats.xdpDrop)
    .put('xdp_xmit', stats.xdpXmit)
    .put('xdp_xmit_err', stats.xdpXmitErr)
    .put('xdp_tx', stats.xdpTx)
    .put('xdp_tx_err', stats.xdpTxErr)
    .put('skb_alloc_error', stats.skbAllocError)
    .put('refill_error', stats.refillError)
    .put('rx_dropped', stats.rxDropped)
    .put('tx_dropped', stats.txDropped)
    .end();
}

/** Every descriptor that has a buffer, in order of the ring. */
function ring(out: ObservationWords, world: World, port: MvnetaPort): void {
  out.word(port.descs.length);
  for (const desc of port.descs) {
    if (desc.page === null || !desc.mapped) out.word(0);
    else {
      out.makeRoom();
      out.page(world, desc.page);
    }
  }
}

function inFlight(out: ObservationWords, world: World, { type, size, skb, frame }: TxBuf): void {
  const held = type === TX_TYPES.SKB ? skb : frame;
  out.makeRoom();
  out
    .row(PORT_TX_ROW)
    .put('type', type)
    .put('size', size)
    .put('holds', held === null ? 0 : 1)
    .end();
  if (type !== TX_TYPES.SKB && frame !== null) out.page(world, frame.page);
  else if (type === TX_TYPES.SKB && skb !== null) out.skb(world, skb);
}
