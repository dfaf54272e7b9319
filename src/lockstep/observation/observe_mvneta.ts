import type { MvnetaPort, TxBuf } from '../../model/structs/mvneta_port';
import type { HandleObject, World } from '../../model/world/world';
import { TX_TYPES } from '../../protocol/values';
import { PORT_ROW, PORT_STATS_ROW, PORT_TX_ROW } from '../../protocol/words/mvneta';
import type { ObservationWords } from './observation_words';
import { rowWriter } from './row_writer';

const writePort = rowWriter(PORT_ROW);
const writePortStats = rowWriter(PORT_STATS_ROW);
const writePortTx = rowWriter(PORT_TX_ROW);

export const MVNETA_OBSERVERS = { port: observePort };

function observePort(out: ObservationWords, world: World, object: HandleObject): void {
  const port = object as MvnetaPort;
  writePort(out, {
    running: port.running ? 1 : 0,
    prog: port.prog,
    mtu: port.mtu,
    occupied: port.occupied,
    non_occupied: port.nonOccupied,
    refill_num: port.refillNum,
  });
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
  writePortStats(out, {
    rx_packets: stats.rxPackets,
    rx_bytes: stats.rxBytes,
    tx_packets: stats.txPackets,
    tx_bytes: stats.txBytes,
    xdp_redirect: stats.xdpRedirect,
    xdp_pass: stats.xdpPass,
    xdp_drop: stats.xdpDrop,
    xdp_xmit: stats.xdpXmit,
    xdp_xmit_err: stats.xdpXmitErr,
    xdp_tx: stats.xdpTx,
    xdp_tx_err: stats.xdpTxErr,
    skb_alloc_error: stats.skbAllocError,
    refill_error: stats.refillError,
    rx_dropped: stats.rxDropped,
    tx_dropped: stats.txDropped,
  });
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
  writePortTx(out, { type, size, holds: held === null ? 0 : 1 });
  if (type !== TX_TYPES.SKB && frame !== null) out.page(world, frame.page);
  else if (type === TX_TYPES.SKB && skb !== null) out.skb(world, skb);
}
