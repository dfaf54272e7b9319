import type { XskRules } from '../xsk_rules';
import { always, changed, type Change, type Histories } from './history';

const LISTS_ADDRS: Change<boolean> = {
  value: true,
  since: '6.17',
  commit: '30f241fcf52a',
  backports: { '6.16': '6.16.8' },
  source: 'xsk: Fix immature cq descriptor production',
};

const RECLAIMS: Change<boolean> = {
  value: true,
  since: '7.2',
  commit: 'bd44a6dcd424',
  backports: { '7.1': '7.1.8', '6.12': '6.12.114' },
  source: 'xsk: drain continuation descs after overflow in xsk_build_skb()',
};

export const XSK_HISTORY: Histories<XskRules> = {
  xskMultiBuffer: changed(false, {
    value: true,
    since: '6.6',
    commit: 'cf24f5a5feea',
    source: 'xsk: add support for AF_XDP multi-buffer on Tx path',
  }),
  xskHeadroomLeavesFrame: changed(false, {
    value: true,
    since: '7.0',
    commit: 'a315e022a72d',
    backports: { '6.1': '6.1.175', '6.12': '6.12.83', '6.19': '6.19.14' },
    source: 'xsk: tighten UMEM headroom validation to account for tailroom and min frame (CVE-2026-43093)',
  }),
  xskAcceptsEmpty: changed(true, {
    value: false,
    since: '6.6',
    source: 'xp_validate_desc: a descriptor of length 0 is invalid',
  }),
  xskPublishesByPosition: changed(
    false,
    { value: true, since: '6.6', source: 'xskq_prod_reserve_addr, xskq_prod_submit_n' },
    { ...LISTS_ADDRS, value: false },
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
  xskSkbListsAddrs: changed(false, LISTS_ADDRS),
  xskDropCompletes: changed(false, {
    value: true,
    since: '7.2',
    commit: 'a3c8382ebce4',
    backports: { '7.1': '7.1.8' },
    source: 'xsk: fix buffer leak in xsk_drop_skb() for AF_XDP multi-buffer Tx (CVE-2026-74560)',
  }),
  xskReservesForAll: changed(true, {
    value: false,
    since: null,
    backports: { '6.12': '6.12.114' },
    source: 'xsk: drain continuation descs after overflow in xsk_build_skb(), as 6.12.y has it',
  }),
  xskReclaimsInvalid: changed(false, RECLAIMS),
  xskShowsProgress: changed<XskRules['xskShowsProgress']>(
    'never',
    {
      value: 'sent',
      since: '6.17',
      commit: '1eb8b0dac189',
      source: 'net: xsk: update tx queue consumer immediately after transmission',
    },
    {
      value: 'taken',
      since: '7.2',
      backports: { '7.1': '7.1.8' },
      source: '__xsk_generic_xmit: cached_cons in place of sent_frame',
    },
  ),
  xskZerocopyChecksMetadata: changed(false, {
    value: true,
    since: '6.18',
    commit: '30c3055f9c0d',
    source: 'xsk: wrap generic metadata handling onto separate function',
  }),
  xskZerocopyFreesSkb: changed(false, {
    value: true,
    since: '7.1',
    commit: '8c2cff50afdd',
    source: 'xsk: avoid skb leak in XDP_TX_METADATA case',
  }),
  xskListsAddrsInCb: changed(false, LISTS_ADDRS, {
    value: false,
    since: '6.18',
    commit: '0ebc27a4c67d',
    backports: { '6.17': '6.17.11' },
    source: 'xsk: avoid data corruption on cq descriptor number',
  }),
  xskHalfBuiltCompletes: changed(
    false,
    {
      value: true,
      since: '6.18',
      commit: 'c30d084960cf',
      backports: { '6.17': '6.17.11' },
      source: 'xsk: avoid overwriting skb fields for multi-buffer traffic',
    },
    {
      value: false,
      since: '7.1',
      commit: '3dec153ae484',
      source: 'xsk: prevent CQ desync when freeing half-built skbs in xsk_build_skb()',
    },
  ),
  xskFailedBuildFreesPacket: changed(
    false,
    { value: true, since: '6.18', commit: '6b9c129c2f93', source: 'xsk: remove @first_frag from xsk_build_skb()' },
    {
      value: false,
      since: '7.1',
      commit: '0f3776583d28',
      source: 'xsk: fix use-after-free of xs->skb in xsk_build_skb() free_err path',
    },
  ),
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
