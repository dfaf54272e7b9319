import type { GroRules } from '../gro_rules';
import { always, changed, type Histories } from './history';

export const GRO_HISTORY: Histories<GroRules> = {
  groRequiresSameRecycle: always(true),
  groRefusesZcopy: changed(false, {
    value: true,
    since: '7.1',
    commit: '4db79a322db8',
    backports: { '7.0': '7.0.11', '6.12': '6.12.92', '6.1': '6.1.176' },
    source: "net: gro: don't merge zcopy skbs (CVE-2026-46323)",
  }),
  groMayReceiveCloned: always('none'),
  groChainClearsSk: changed(false, {
    value: true,
    since: '6.9',
    commit: 'ed4cccef64c1',
    backports: { '6.1': '6.1.85' },
    source: 'gro: fix ownership transfer (CVE-2024-35890)',
  }),
  groListChecksPull: changed(false, {
    value: true,
    since: '7.1',
    commit: 'f2bb34345444',
    backports: { '7.0': '7.0.13', '6.12': '6.12.94' },
    source: 'net: add pskb_may_pull() to skb_gro_receive_list()',
  }),
  groChainRefusesLongLinear: changed(false, {
    value: true,
    since: '7.4',
    backports: { '7.3': '7.3.4', '6.12': '6.12.117' },
    source: "net: gro: don't chain linear parts larger than gso_size into frag_list",
  }),
  groChainsSplittable: changed(false, {
    value: true,
    since: '7.4',
    backports: { '7.3': '7.3.4', '6.12': '6.12.117' },
    source: "net: gro: don't chain linear parts larger than gso_size into frag_list",
  }),
  groResetsTruesize: always(true),
  groStolenHeadOrphans: always(true),
  napiDelWithRxList: always(false),
  groTruesizeDelta: always('exact'),
  groChargesLast: always(true),
  groPropagatesSharedFrag: changed('none', {
    value: 'both',
    since: '7.1',
    commit: '48f6a5356a33',
    backports: {
      '7.0': { after: '7.0.4', by: '7.0.9' },
      '6.12': { after: '6.12.88', by: '6.12.90' },
      '6.1': '6.1.174',
    },
    source: 'net: skbuff: propagate shared-frag marker through frag-transfer helpers (CVE-2026-43503)',
  }),
  groPullPutsEmptyFrag: always(true),
  groFlushByPair: changed(false, {
    value: true,
    since: { after: '6.1', by: '6.12' },
    source: 'gro_receive_network_flush',
  }),
  groFrag0IsLinear: changed(false, {
    value: true,
    since: { after: '6.1', by: '6.12' },
    source: 'skb_gro_reset_offset: frag0 describes the linear part, too',
  }),
  groTcpFraglist: changed(false, {
    value: true,
    since: { after: '6.1', by: '6.12' },
    source: 'tcp4_check_fraglist_gro',
  }),
  groTcpListSkipsGso: changed(false, {
    value: true,
    since: '7.3',
    backports: { '7.2': '7.2.7', '6.12': '6.12.111' },
    source: 'net: gro: Fix nesting of TCP GSO SKBs in skb_gro_receive_list()',
  }),
  groBigIpv4: changed(false, {
    value: true,
    since: { after: '6.1', by: '6.12' },
    source: 'netif_get_gro_max_size, skb_gro_receive: BIG TCP over IPv4',
  }),
  groFixedIdNeedsDf: changed(true, {
    value: false,
    since: '6.18',
    source: 'inet_gro_flush (include/net/gro.h): ip_fixedid without a test of IP_DF',
  }),
  groMarksAccEcn: changed(false, {
    value: true,
    since: '6.15',
    source: 'gro: prevent ACE field corruption & better AccECN handling (parent of d722762c4eaa, 17 March 2025)',
  }),
  groMergesCwr: changed(false, {
    value: true,
    since: '7.0',
    commit: 'ab4c8b6f7fcb',
    source: 'gro: flushing when CWR is set negatively affects AccECN',
  }),
  groListChecksFlush: changed(false, {
    value: true,
    since: '7.2',
    backports: { '6.1': '6.1.184', '6.12': '6.12.101', '7.1': '7.1.6' },
    source: 'gro: fix double aggregation of flush-marked skbs (CVE-2026-68136)',
  }),
};
