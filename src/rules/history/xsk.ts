import type { XskRules } from '../xsk_rules';
import { always, changed, type Histories } from './history';

export const XSK_HISTORY: Histories<XskRules> = {
  xskMultiBuffer: changed(false, { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  xskAcceptsEmpty: changed(true, { value: false, since: { after: '6.1', by: '6.12' }, source: 'TODO' }),
  xskPublishesByPosition: changed(
    false,
    { value: true, since: { after: '6.1', by: '6.12' }, source: 'TODO' },
    { value: false, since: { after: '6.12', by: '7.3' }, source: 'TODO' },
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
  xpUnmapForgetsAddresses: always(true),
  xpUnmapClearsContiguity: always(true),
  xskReleaseDropsPartial: always(true),
  xskSkbListsAddrs: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  xskDropCompletes: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  xskReservesForAll: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  xskShowsProgress: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
  xskZerocopyChecksMetadata: changed(false, { value: true, since: { after: '6.12', by: '7.3' }, source: 'TODO' }),
};
