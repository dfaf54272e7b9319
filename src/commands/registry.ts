import { ABUSE_SKB_COMMANDS } from './abuse/abuse_skb';
import { ABUSE_TARGET_COMMANDS } from './abuse/abuse_target';
import type { Command } from './command';
import { COMMAND_NAMES } from './command_name';
import { CPUMAP_COMMANDS } from './xdp/cpumap';
import { CPUMAP_REDIRECT_COMMANDS } from './xdp/cpumap_redirect';
import { DMA_COMMANDS } from './page/dma';
import { RACES_COMMANDS } from './page/pool_races';
import { MVNETA_PORT_COMMANDS } from './mvneta/mvneta_port';
import { MVNETA_RX_COMMANDS } from './mvneta/mvneta_rx';
import { MVNETA_TX_COMMANDS } from './mvneta/mvneta_tx';
import { ESP_TAIL_COMMANDS } from './sock/esp_output_tail';
import { GRO_FRAG_COMMANDS } from './gro/gro_frags';
import { GRO_LRO_COMMANDS } from './gro/gro_lro';
import { GRO_NAPI_COMMANDS } from './gro/gro_napi';
import { GRO_PACKET_COMMANDS } from './gro/gro_packets';
import { GRO_RECEIVE_COMMANDS } from './gro/gro_receive';
import { NETMEM_COMMANDS } from './page_pool/netmem';
import { ZCRX_COMMANDS } from './page_pool/zcrx';
import { PAGE_COMMANDS } from './page/page';
import { PAGE_FRAG_COMMANDS } from './page/page_frag';
import { PAGE_POOL_COMMANDS } from './page_pool/page_pool';
import { SEGMENT_COMMANDS } from './segment/registry';
import { SKB_ALLOC_COMMANDS } from './skb/skb_alloc';
import { SKB_BUILD_COMMANDS } from './skb/skb_build';
import { SKB_COALESCE_COMMANDS } from './skb/skb_coalesce';
import { SKB_COPY_COMMANDS } from './skb/skb_copy';
import { SKB_FRAG_LIST_COMMANDS } from './skb/skb_frag_list';
import { SKB_FRAG_COMMANDS } from './skb/skb_frags';
import { SKB_HEAD_COMMANDS } from './skb/skb_head';
import { SKB_LIFE_COMMANDS } from './skb/skb_life';
import { SKB_LINEAR_COMMANDS } from './skb/skb_linear';
import { SKB_MEM_INFO_COMMANDS } from './skb/skb_mem_info';
import { SKB_PULL_COMMANDS } from './skb/skb_pull';
import { SKB_TRANSFER_COMMANDS } from './skb/skb_transfer';
import { SKB_TRIM_COMMANDS } from './skb/skb_trim';
import { SOCK_COMMANDS } from './sock/sock';
import { XDP_ADJUST_COMMANDS } from './xdp/xdp_adjust';
import { XDP_FRAME_COMMANDS } from './xdp/xdp_frame';
import { XDP_LINEARIZE_COMMANDS } from './xdp/xdp_linearize';
import { GENERIC_XDP_COMMANDS } from './xdp/generic_xdp';
import { XDP_PASS_COMMANDS } from './xdp/xdp_pass';
import { XDP_PROGRAM_COMMANDS } from './xdp/xdp_program';
import { XDP_RECEIVE_COMMANDS } from './xdp/xdp_receive';
import { XDP_RXQ_COMMANDS } from './xdp/xdp_rxq';
import { XDP_SKB_COMMANDS } from './xdp/xdp_skb';
import { RX_BUFFER_COMMANDS } from './page/rx_buffers';
import { STRUCT_PAGE_COMMANDS } from './page/struct_page';
import { SPLICE_FILE_COMMANDS } from './splice/splice_file';
import { SPLICE_MM_COMMANDS } from './splice/splice_mm';
import { SPLICE_PIPE_COMMANDS } from './splice/splice_pipe';
import { SPLICE_RX_COMMANDS } from './splice/splice_rx';
import { SPLICE_SKB_COMMANDS } from './splice/splice_skb';
import { STACK_SEND_COMMANDS } from './sock/stack_send';
import { STACK_SOCK_COMMANDS } from './sock/stack_sock';
import { OUTSIDE_COMMANDS } from './outside/registry';
import { uniqueOpcodes } from './unique_opcodes';
import { VETH_COMMANDS } from './xdp/veth';
import { XDP_ZC_FRAG_COMMANDS } from './xdp/xdp_zc_frag';
import { XSK_DMA_COMMANDS } from './xsk/xsk_dma';
import { XSK_NETDEV_COMMANDS } from './xsk/xsk_netdev';
import { XSK_SOCKET_COMMANDS } from './xsk/xsk_socket';
import { XSK_UMEM_COMMANDS } from './xsk/xsk_umem';
import { ZEROCOPY_COMMANDS } from './zerocopy/zerocopy';
import { ZEROCOPY_SEND_COMMANDS } from './zerocopy/zerocopy_send';
import { ZEROCOPY_TCP_COMMANDS } from './zerocopy/zerocopy_tcp';
import { ZEROCOPY_VSOCK_COMMANDS } from './zerocopy/zerocopy_vsock';

/** The records of all files, in any order. */
const RECORDS: readonly Command[] = [
  ...PAGE_COMMANDS,
  ...PAGE_FRAG_COMMANDS,
  ...DMA_COMMANDS,
  ...PAGE_POOL_COMMANDS,
  ...SKB_ALLOC_COMMANDS,
  ...SKB_BUILD_COMMANDS,
  ...SKB_LINEAR_COMMANDS,
  ...SKB_FRAG_COMMANDS,
  ...SKB_LIFE_COMMANDS,
  ...SKB_COPY_COMMANDS,
  ...SKB_HEAD_COMMANDS,
  ...SKB_PULL_COMMANDS,
  ...SKB_TRIM_COMMANDS,
  ...SKB_TRANSFER_COMMANDS,
  ...SKB_COALESCE_COMMANDS,
  ...SKB_FRAG_LIST_COMMANDS,
  ...ZEROCOPY_COMMANDS,
  ...SOCK_COMMANDS,
  ...ABUSE_SKB_COMMANDS,
  ...ABUSE_TARGET_COMMANDS,
  ...XDP_RXQ_COMMANDS,
  ...XDP_RECEIVE_COMMANDS,
  ...XDP_ADJUST_COMMANDS,
  ...XDP_FRAME_COMMANDS,
  ...XDP_PROGRAM_COMMANDS,
  ...XDP_SKB_COMMANDS,
  ...MVNETA_PORT_COMMANDS,
  ...MVNETA_RX_COMMANDS,
  ...MVNETA_TX_COMMANDS,
  ...SEGMENT_COMMANDS,
  ...GRO_NAPI_COMMANDS,
  ...GRO_PACKET_COMMANDS,
  ...GRO_RECEIVE_COMMANDS,
  ...GRO_FRAG_COMMANDS,
  ...GRO_LRO_COMMANDS,
  ...SKB_MEM_INFO_COMMANDS,
  ...STRUCT_PAGE_COMMANDS,
  ...SPLICE_PIPE_COMMANDS,
  ...SPLICE_FILE_COMMANDS,
  ...SPLICE_SKB_COMMANDS,
  ...SPLICE_MM_COMMANDS,
  ...SPLICE_RX_COMMANDS,
  ...[...XSK_NETDEV_COMMANDS, ...XSK_UMEM_COMMANDS, ...XSK_SOCKET_COMMANDS, ...XSK_DMA_COMMANDS],
  ...[...XDP_LINEARIZE_COMMANDS, ...XDP_ZC_FRAG_COMMANDS],
  ...CPUMAP_COMMANDS,
  ...RX_BUFFER_COMMANDS,
  ...STACK_SOCK_COMMANDS,
  ...STACK_SEND_COMMANDS,
  ...VETH_COMMANDS,
  ...[...ZEROCOPY_SEND_COMMANDS, ...ZEROCOPY_VSOCK_COMMANDS, ...ZEROCOPY_TCP_COMMANDS],
  ...RACES_COMMANDS,
  ...XDP_PASS_COMMANDS,
  ...NETMEM_COMMANDS,
  ...ZCRX_COMMANDS,
  ...[...CPUMAP_REDIRECT_COMMANDS, ...GENERIC_XDP_COMMANDS, ...ESP_TAIL_COMMANDS],
];

/** Every command, in the order of COMMAND_NAMES. */
export const COMMANDS: readonly Command[] = inOrder();

/** Every command, those of user space last. */
export const ALL_COMMANDS: readonly Command[] = [...COMMANDS, ...OUTSIDE_COMMANDS];

/** @throws Error when a name has no record, two records have one name, or two have one opcode */
function inOrder(): Command[] {
  const byName = new Map(uniqueOpcodes(RECORDS).map((command) => [command.name, command]));
  return COMMAND_NAMES.map((name) => {
    const command = byName.get(name);
    if (command === undefined) throw new Error(`the command ${name} has no record in src/commands/registry.ts`);
    return command;
  });
}
