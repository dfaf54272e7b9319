import { defineCommand } from '../define_command';
import { getPage } from '../../model/mm/page_alloc';
import { dropXdpBuff, xdpBuffHasFrags } from '../../model/net/core/xdp/xdp_buff';
import { xdpConvertBuffToFrame } from '../../model/net/core/xdp/xdp_convert';
import { MEM_TYPE_XSK_BUFF_POOL } from '../../model/structs/xdp_mem_info';
import { xdpReturnBuff } from '../../model/net/core/xdp/xdp_return';
import type { PageRef } from '../../model/structs/page';
import type { World } from '../../model/world/world';
import { type Command } from '../command';
import { consume } from '../objects';
import { concatPayload, payloadLength, slicePayload } from '../../model/lib/payload';
import { countHandles, namePage, nameResult, PAGE_NAMES_MAX, pickHandle } from '../pick';
import { CONVERT_FAILURES, mayBecomeFrame, movePayload } from './xdp_frame';
import { FRAME_NAMES_MAX, mayReturnDirect } from './xdp_contract';
import { xdpOf } from '../objects';
import type { XdpBuff } from '../../model/structs/xdp_buff';
import { XDP_PASS, XDP_TX } from '../../model/drivers/net/mvneta/mvneta_run_xdp';

const VERDICTS = ['aborted', 'drop', 'pass', 'tx', 'unknown'];
/** A return value that is no verdict. */
const UNKNOWN_VERDICT = 7;
const OUTCOMES = ['passed', 'returned', 'sent', ...CONVERT_FAILURES.map((failure) => `tx_${failure}`)];
const RETURNED = 1;
const SENT = 2;

/** Returns whether a driver in its poll may run the program on the packet and act on the verdict. */
function mayRun(world: World, xdp: XdpBuff): boolean {
  return mayBecomeFrame(xdp) && mayReturnDirect(world, xdp.rxq.mem);
}

/**
 * bpf_prog_run_xdp(), and the driver's reaction to the verdict (mvneta_run_xdp, 6.1 and 6.12). PASS leaves the packet
 * with the driver, which builds an skb. TX makes it a frame of the transmit ring, or gives it up when that fails. DROP,
 * ABORTED and unknown verdicts give it up. For REDIRECT see xdp_do_redirect.
 */
const BPF_PROG_RUN_XDP = defineCommand({
  name: 'bpf_prog_run_xdp',
  opcode: 270,
  system: 'xdp',
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'verdict', type: 'enum', words: VERDICTS },
  ],
  result: 'frame',
  returnsPointer: false,
  outcomes: OUTCOMES,
  allocates: true,
  contextual: true,
  weight: 12,
  usuallyNext: ['xdp_buff_build_skb', 'xdp_buff_copy_headers', 'xdp_return_frame_bulk', 'xdp_build_skb_from_frame'],
  draw(world, draw, args) {
    if (countHandles(world, 'frame') >= FRAME_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', (xdp) => mayRun(world, xdp));
    args.verdict = draw.chance(1, 2) ? XDP_TX : draw.below(VERDICTS.length);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return mayRun(world, xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    const verdict = args.verdict;
    const act = verdict === VERDICTS.length - 1 ? UNKNOWN_VERDICT : verdict;
    world.ret = act;
    if (verdict === XDP_PASS) return 0;
    consume(world, args.xdp);
    if (verdict !== XDP_TX) {
      xdpReturnBuff(world, xdp);
      return RETURNED;
    }
    const { payload, metaPayload } = xdp;
    const frame = xdpConvertBuffToFrame(world, xdp);
    if (typeof frame === 'string') {
      world.touchPage(xdp.page);
      if (xdp.linearized && !world.rules.driverPutsLinearizedPage) dropXdpBuff(world, xdp);
      else xdpReturnBuff(world, xdp);
      return SENT + 1 + CONVERT_FAILURES.indexOf(frame);
    }
    movePayload(frame, payload, metaPayload);
    nameResult(world, result, 'frame', frame);
    world.ret = act;
    return SENT;
  },
});

function isOwnPage(xdp: XdpBuff): boolean {
  return xdp.rxq.mem.type !== MEM_TYPE_XSK_BUFF_POOL && !xdpBuffHasFrags(xdp);
}

/** The driver has copied (copy-break) or dropped the packet, and reuses the page for its ring. */
const XDP_BUFF_REUSE_PAGE = defineCommand({
  name: 'xdp_buff_reuse_page',
  opcode: 271,
  system: 'xdp',
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 4,
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', isOwnPage);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return isOwnPage(xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    consume(world, args.xdp);
    dropXdpBuff(world, xdp);
    if (result >= 0)
      namePage(world, result, xdp.page, xdp.dataHardStart, xdp.bufferEnd - xdp.dataHardStart, xdp.ofPool);
    world.ret = 1;
    return 0;
  },
});

const OLD_CODES = 'the return codes that Jesper Dangaard Brouer proposed on netdev in April 2016 are in no kernel';

/** Returns whether only the packet uses the page. A pool keeps one reference for all users of a page. */
function isPrivate(xdp: XdpBuff): boolean {
  return xdp.page.refcount === 1 && (!xdp.ofPool || xdp.page.ppRefCount <= 1);
}

/**
 * BPF_PHYS_DEV_MODIFIED: "requires driver to provide a writable packet-page". The program writes to the packet. A
 * driver whose page others share must refuse.
 */
const BPF_PHYS_DEV_MODIFIED = defineCommand({
  name: 'bpf_phys_dev_modified',
  opcode: 273,
  system: 'xdp',
  modelOnly: OLD_CODES,
  args: [
    { name: 'xdp', type: 'xdp' },
    { name: 'len', type: 'int', min: 1, max: 1024, smallest: 1 },
  ],
  outcomes: ['ok', 'refused_read_only'],
  allocates: false,
  contextual: false,
  weight: 4,
  draw(world, draw, args) {
    args.xdp = draw.handle(world, 'xdp');
    if (args.xdp < 0) return false;
    const xdp = xdpOf(world, args.xdp);
    args.len = draw.size(1, Math.min(xdp.dataEnd - xdp.data, 1024));
    return true;
  },
  applies(world, args) {
    const xdp = xdpOf(world, args.xdp);
    return xdp.chunk === null && args.len <= xdp.dataEnd - xdp.data;
  },
  run(world, args) {
    const xdp = xdpOf(world, args.xdp);
    if (xdp.readOnly || !isPrivate(xdp)) return 1;
    const from = world.memory.writeStamp(xdp.page.address + xdp.data, args.len, world.stamp++);
    const { payload } = xdp;
    xdp.payload = concatPayload([from, args.len], slicePayload(payload, args.len, payloadLength(payload) - args.len));
    return 0;
  },
});

/** BPF_PHYS_DEV_STOLEN, "e.g. forward use-case": the program takes over the page with the driver's reference. */
const BPF_PHYS_DEV_STOLEN = defineCommand({
  name: 'bpf_phys_dev_stolen',
  opcode: 274,
  system: 'xdp',
  modelOnly: OLD_CODES,
  args: [{ name: 'xdp', type: 'xdp', consumed: true }],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', isOwnPage);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return isOwnPage(xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    consume(world, args.xdp);
    dropXdpBuff(world, xdp);
    const ref: PageRef = {
      page: xdp.page,
      offset: xdp.dataHardStart,
      size: xdp.bufferEnd - xdp.dataHardStart,
      ofPool: xdp.ofPool,
    };
    nameResult(world, result, 'page', ref);
    return 0;
  },
});

/**
 * BPF_PHYS_DEV_SHARED, "queue for async processing, e.g. tcpdump": the reader takes a reference of its own, and from
 * then on the driver "must use option-B, and treat packet data as read-only".
 */
const BPF_PHYS_DEV_SHARED = defineCommand({
  name: 'bpf_phys_dev_shared',
  opcode: 275,
  system: 'xdp',
  modelOnly: OLD_CODES,
  args: [{ name: 'xdp', type: 'xdp' }],
  result: 'page',
  outcomes: ['ok'],
  allocates: false,
  contextual: false,
  weight: 2,
  usuallyNext: ['xdp_buff_copy_headers', 'bpf_phys_dev_modified', 'put_page'],
  draw(world, draw, args) {
    if (countHandles(world, 'page') >= PAGE_NAMES_MAX) return false;
    args.xdp = pickHandle(world, draw, 'xdp', (xdp) => isOwnPage(xdp) && !xdp.readOnly);
    return args.xdp >= 0;
  },
  applies(world, args) {
    return isOwnPage(xdpOf(world, args.xdp));
  },
  run(world, args, result) {
    const xdp = xdpOf(world, args.xdp);
    if (result < 0) return 0;
    getPage(world, xdp.page);
    xdp.readOnly = true;
    const size = xdp.bufferEnd - xdp.dataHardStart;
    nameResult(world, result, 'page', { page: xdp.page, offset: xdp.dataHardStart, size, ofPool: false });
    return 0;
  },
});

export const XDP_PROGRAM_COMMANDS: readonly Command[] = [
  BPF_PROG_RUN_XDP,
  XDP_BUFF_REUSE_PAGE,
  BPF_PHYS_DEV_MODIFIED,
  BPF_PHYS_DEV_STOLEN,
  BPF_PHYS_DEV_SHARED,
];
