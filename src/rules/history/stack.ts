import type { StackRules } from '../stack_rules';
import { always, changed, type Histories } from './history';

export const STACK_HISTORY: Histories<StackRules> = {
  trimHeadEatsLinear: changed(true, {
    value: false,
    since: { after: '6.1', by: '6.12' },
    source: '__pskb_trim_head: the skbs of TCP have no linear bytes',
  }),
  trimHeadKeepsHeadCharge: always(true),
  filterRestoresSkBeforeTrim: always(true),
  orphanPartialKeepsTruesize: always(true),
  fragmentMovesTruesize: always(true),
  reassemblyChargesSum: always(true),
  reassemblyKeepsSk: changed(false, {
    value: true,
    since: '6.9',
    commit: '18685451fc4e',
    backports: { '6.1': '6.1.85' },
    source: 'inet: inet_defrag: prevent sk release while still in use (CVE-2024-26921)',
  }),
  llcSendsClone: changed(false, {
    value: true,
    since: '6.14',
    commit: '64e6a754d33d',
    backports: { '6.12': '6.12.19', '6.1': '6.1.131' },
    source: 'llc: do not use skb_get() before dev_queue_xmit() (CVE-2025-21925)',
  }),
  deferFreeOrphansBefore: changed(
    true,
    {
      value: false,
      since: '6.18',
      commit: '6471658dc66c',
      source: 'udp: use skb_attempt_defer_free() (CVE-2026-23048 names it as the first with the bug)',
    },
    {
      value: true,
      since: '6.19',
      commit: 'e5c8eda39a9f',
      backports: { '6.18': '6.18.6' },
      source: 'udp: call skb_orphan() before skb_attempt_defer_free() (CVE-2026-23048)',
    },
  ),
  filterReturnsError: changed(true, {
    value: false,
    since: '7.1',
    source: 'sk_filter: -EPERM for each reason to drop',
  }),
  reassemblyStripsGso: changed(false, {
    value: true,
    since: '7.3',
    backports: { '6.1': '6.1.186', '6.12': '6.12.107', '7.1': '7.1.12', '7.2': '7.2.2' },
    source: 'inet: frags: strip GSO state from fragments before reassembly (CVE-2026-80590)',
  }),
  reassemblyOrphansQueued: always(true),
  espPutsSourcesOnFailure: always(true),
  espGateIsCombined: changed(false, {
    value: true,
    since: '7.1',
    backports: { '6.1': '6.1.176', '6.12': '6.12.93', '7.0': '7.0.12' },
    source: 'xfrm: esp: restore combined single-frag length gate (CVE-2026-63912)',
  }),
  espDowngradesManaged: changed(false, {
    value: true,
    since: '7.3',
    backports: { '6.1': '6.1.189', '6.12': '6.12.112', '7.2': '7.2.8' },
    source: 'esp: downgrade zerocopy managed frags before mutating skb frags (CVE-2026-93105)',
  }),
};
