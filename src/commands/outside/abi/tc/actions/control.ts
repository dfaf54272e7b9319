import { cat, u32, zeros } from '../../bytes';
import { attr, attr16, attr32, attrText } from '../../netlink/attribute';
import {
  TCA_ACT_BPF_FD,
  TCA_ACT_BPF_NAME,
  TCA_ACT_BPF_PARMS,
  TCA_CT_ACT_COMMIT,
  TCA_CT_ACTION,
  TCA_CT_PARMS,
  TCA_CT_ZONE,
  TCA_EGRESS_MIRROR,
  TCA_EGRESS_REDIR,
  TCA_GACT_PARMS,
  TCA_INGRESS_MIRROR,
  TCA_INGRESS_REDIR,
  TCA_MIRRED_PARMS,
} from '../../uapi/cls';
import { type Control, type TcAction, tcGen } from '../action';

/** Ends or goes on: tc-actions(8), gact. */
export const gact = (control: Control): TcAction => ({ kind: 'gact', options: attr(TCA_GACT_PARMS, tcGen(control)) });

/** The packet, or a copy of it, goes out by a link or comes in by it. */
export type MirredKind = 'egress redirect' | 'egress mirror' | 'ingress redirect' | 'ingress mirror';

const MIRRED_KINDS = {
  'egress redirect': TCA_EGRESS_REDIR,
  'egress mirror': TCA_EGRESS_MIRROR,
  'ingress redirect': TCA_INGRESS_REDIR,
  'ingress mirror': TCA_INGRESS_MIRROR,
};

/** Sends to another link: tc-mirred(8). After a redirect the packet is gone. */
export const mirred = (kind: MirredKind, ifindex: number, control?: Control): TcAction => ({
  kind: 'mirred',
  options: attr(
    TCA_MIRRED_PARMS,
    cat(tcGen(control ?? (kind.endsWith('mirror') ? 'pipe' : 'stolen')), u32(MIRRED_KINDS[kind]), u32(ifindex)),
  ),
});

/** A program of type sched_act decides: tc-bpf(8). */
export const actBpf = (fd: number, control: Control = 'pipe'): TcAction => ({
  kind: 'bpf',
  options: cat(
    attr(TCA_ACT_BPF_PARMS, tcGen(control)),
    ...[attr32(TCA_ACT_BPF_FD, fd), attrText(TCA_ACT_BPF_NAME, 'skbcheck')],
  ),
});

/** Connection tracking of packets without netfilter: tc-ct(8). Fragments are put together. */
export const actCt = (commit: boolean, zone = 0, control: Control = 'pipe'): TcAction => ({
  kind: 'ct',
  options: cat(
    attr(TCA_CT_PARMS, tcGen(control)),
    attr16(TCA_CT_ACTION, commit ? TCA_CT_ACT_COMMIT : 0),
    zone === 0 ? zeros(0) : attr16(TCA_CT_ZONE, zone),
  ),
});
