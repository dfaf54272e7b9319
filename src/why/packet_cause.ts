import { XDP_FRAME_SIZE } from '../model/structs/xdp_buff';
import type { Cause } from './cause';
import type { FragFacts, Snapshot } from './snapshot';
import type { Words } from './words';

/**
 * Why an xdp_buff or xdp_frame does not fit its memory: its parts with their places, and those of the packet that it
 * was made of.
 */
export function packetCause(words: Words, keys: readonly string[]): Cause | null {
  const key = keys.find((one) => /^(xdp|frame)#/.test(one));
  if (key === undefined || !words.is.objects.has(key)) return null;
  const sources = [...words.was.objects.keys()].filter(
    (one) =>
      one !== key && /^(xdp|frame|skb)#/.test(one) && new RegExp(`: ${words.label(one)}\\b`).test(words.moment.text),
  );
  const parts = key.startsWith('frame#') ? frameParts(words, key) : buffParts(words, key);
  const grown = fragParts(words, key);
  const made = words.was.objects.has(key)
    ? `${words.call} left it with`
    : `${words.call} made it${sources.map((one) => ` from ${words.label(one)}${placesOf(words, one)}`).join('')}:`;
  return {
    objects: [key, ...sources],
    fields: ['data', 'len', 'headroom', 'frame_sz', 'flags', 'sinfo.nr_frags', 'sinfo.xdp_frags_size'],
    text: `${words.label(key)}: ${[`${made} ${parts.join(', ')}`, ...grown].join('; ')}`,
  };
}

function placesOf(words: Words, key: string): string {
  const n = (field: string): number => words.number(key, field, words.was);
  if (key.startsWith('xdp#'))
    return (
      ` (data_hard_start ${n('data_hard_start')}, data_meta ${n('data_meta')}, data ${n('data')}, data_end ` +
      `${n('data_end')}, frame_sz ${n('frame_sz')})`
    );
  if (key.startsWith('frame#')) return ` (len ${n('len')}, frame_sz ${n('frame_sz')})`;
  const members = words.was.members.get(String(words.field(key, 'data', words.was)))?.length ?? 0;
  return members === 0
    ? ''
    : `, which has ${members} skbs in its frag_list and ` +
        `${words.was.frags.get(String(words.field(key, 'data', words.was)))?.length ?? 0} frags`;
}

function frameParts(words: Words, key: string): string[] {
  const n = (field: string): number => words.number(key, field, words.is);
  const [at, start, end] = [n('at'), n('data') - n('metasize'), n('data') + n('len')];
  const shared = at + n('frame_sz') - words.history.sizes.sharedInfo;
  const room = n('data') - n('metasize') - at - XDP_FRAME_SIZE;
  const isTrue = n('headroom') === n('data') - at - XDP_FRAME_SIZE;
  const headroom = isTrue ? '' : `, where ${room} and metasize ${n('metasize')} lie in front of data`;
  return [
    `struct xdp_frame is at ${at}..${at + XDP_FRAME_SIZE}`,
    `metadata and data are at ${start}..${end}${start < at + XDP_FRAME_SIZE ? ', which the struct overwrites' : ''}`,
    `by its frame_sz of ${n('frame_sz')} skb_shared_info is at ` +
      `${shared}${end > shared ? `, ${end - shared} bytes before the packet ends` : ''}`,
    `its headroom says ${n('headroom')}${headroom}`,
  ];
}

function buffParts(words: Words, key: string): string[] {
  const n = (field: string): number => words.number(key, field, words.is);
  return [
    `data_hard_start ${n('data_hard_start')}, data ${n('data')}, data_end ${n('data_end')}, frame_sz ${n('frame_sz')}`,
    `flags ${n('flags')} (XDP_FLAGS_HAS_FRAGS is ${n('flags') & 1}), nr_frags ${n('sinfo.nr_frags')}, ` +
      `xdp_frags_size ${n('sinfo.xdp_frags_size')}`,
  ];
}

/** Frags that changed, and those that leave their buffers. */
function fragParts(words: Words, key: string): string[] {
  const list = (snapshot: Snapshot): readonly FragFacts[] => snapshot.frags.get(key) ?? [];
  return list(words.is).flatMap((frag, i) => {
    const was = list(words.was)[i];
    if (was !== undefined && was.size === frag.size && was.offset === frag.offset) return [];
    const from = was === undefined ? '' : ` from [${was.offset}, ${was.offset + was.size})`;
    const end = frag.offset + frag.size;
    const beyond =
      frag.bufferEnd > 0 && end > frag.bufferEnd
        ? `, ${end - frag.bufferEnd} beyond its buffer, which ends at ${frag.bufferEnd}`
        : '';
    return [`frag ${i} of ${frag.page} went${from} to [${frag.offset}, ${end})${beyond}`];
  });
}
