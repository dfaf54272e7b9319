import type { XskRules } from '../xsk_rules';
import { always, changed, type Histories } from './history';

export const XSK_HISTORY: Histories<XskRules> = {
  xskMultiBuffer: changed(false, {
    value: true,
    since: '6.6',
    commit: 'cf24f5a5feea',
    source: 'xsk: add support for AF_XDP multi-buffer on Tx path',
  }),
  xskAcceptsEmpty: changed(true, {
    value: false,
    since: '6.6',
    source: 'xp_validate_desc: a descriptor of length 0 is invalid',
  }),
  xskPublishesByPosition: changed(
    false,
    { value: true, since: '6.6', source: 'xskq_prod_reserve_addr, xskq_prod_submit_n' },
    {
      value: false,
      since: '6.17',
      commit: '30f241fcf52a',
      backports: { '6.16': '6.16.8' },
      source: 'xsk: Fix immature cq descriptor production',
    },
  ),
  xskReservesBeforeBuild: always(true),
  xskSendsSoleReference: always(true),
  xskBusyCancelsReservation: always(true),
  xskBusyFreesQuietly: always(true),
  xskFailedBuildCancels: always(true),
  xskBadMetadataFreesSkb: always(true),
  xskZerocopyTruesize: always('chunk'),
  xskZerocopyCharges: always('both'),
  xskCopyChargesSocket: always(true),
  xskZerocopyTakesReference: always(true),
  xskReservesUnderLock: always(true),
  xpUnmapForgetsAddresses: changed(false, {
    value: true,
    since: '6.13',
    backports: { '6.12': '6.12.5', '6.1': '6.1.120' },
    source: 'xsk: always clear DMA mapping information when unmapping the pool',
  }),
  xpUnmapClearsContiguity: always(true),
  xskReleaseDropsPartial: always(true),
  xskSkbListsAddrs: changed(false, {
    value: true,
    since: '6.17',
    commit: '30f241fcf52a',
    backports: { '6.16': '6.16.8' },
    source: 'xsk: Fix immature cq descriptor production',
  }),
  xskDropCompletes: changed(false, {
    value: true,
    since: '7.2',
    commit: 'a3c8382ebce4',
    backports: { '7.1': '7.1.8' },
    source: 'xsk: fix buffer leak in xsk_drop_skb() for AF_XDP multi-buffer Tx (CVE-2026-74560)',
  }),
  xskReservesForAll: changed(false, {
    value: true,
    since: { after: '6.12', by: '6.16' },
    source: '__xsk_generic_xmit: a slot is reserved before a descriptor is drained or given back',
  }),
  xskShowsProgress: changed(false, {
    value: true,
    since: { after: '6.12', by: '7.2' },
    source: '__xsk_generic_xmit: __xsk_tx_release at its end',
  }),
  xskZerocopyChecksMetadata: changed(false, {
    value: true,
    since: { after: '6.12', by: '7.2' },
    source: 'xsk_build_skb_zerocopy: xsk_skb_metadata',
  }),
  xskFullRingIsEagain: changed(false, {
    value: true,
    since: '6.15',
    commit: '5d0b204654de',
    source: '__xsk_generic_xmit returns -EAGAIN where the completion ring is full',
  }),
  xskKeepsPromises: changed(false, {
    value: true,
    since: '7.2',
    commit: 'a3c8382ebce4',
    backports: { '7.1': '7.1.8' },
    source: 'the last of the three fixes: xsk: fix buffer leak in xsk_drop_skb() (CVE-2026-74560)',
  }),
};
