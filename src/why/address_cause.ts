import type { Cause } from './cause';
import { sourcesOf } from './geometry_cause';
import type { Words } from './words';

const WORD = 0x1_0000_0000;
const HEX_IN_TEXT = /0x[0-9a-f]+/g;

/**
 * Why struct page does not say the DMA address at which its page is mapped: the half that is lost or lies on another
 * word.
 */
export function addressCause(words: Words, keys: readonly string[], message: string): Cause | null {
  const page = keys.find((key) => key.startsWith('page#'));
  if (page === undefined) return poolAddressCause(words, keys);
  const mapping = words.is.mappings.find((one) => one.page === page);
  if (mapping === undefined) return null;
  const { address, device } = mapping;
  const read = Number((message.match(HEX_IN_TEXT) ?? [])[0] ?? address);
  const upper = Math.floor(address / WORD);
  const base = { objects: [page, device], fields: ['dma_addr', 'mapping.address'] };
  const mapped = `${page}: ${words.call} mapped it for ${device} at ${hex(address)}`;
  if (read === address)
    return {
      ...base,
      text:
        `${mapped}; the upper half ${hex(upper)} of dma_addr lies on compound_head and is odd, so that the ` +
        `page looks like a tail page`,
    };
  const count = words.number(page, 'pp_ref_count', words.is);
  if (Math.floor(read / WORD) === count && count !== upper)
    return {
      ...base,
      fields: [...base.fields, 'pp_ref_count'],
      text: `${mapped}; the upper half of dma_addr reads ${hex(count)}, which is pp_frag_count: both are in one word`,
    };
  return {
    ...base,
    text:
      `${mapped}; the words of struct page keep ${hex(read)}: ${hex(Math.abs(address - read))} did not fit ` +
      `and is lost`,
  };
}

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The pools of a umem know addresses of mappings that are gone: the call that removed them. */
function poolAddressCause(words: Words, keys: readonly string[]): Cause | null {
  const left = words.is.mappings;
  const gone = words.was.mappings.filter(({ address }) => !left.some((one) => one.address === address));
  const umem = keys.find((key) => key.startsWith('umem#'));
  if (gone.length === 0 || umem === undefined) return null;
  const at = gone.map(({ page, address }) => `${page} at ${hex(address)}`).join(', ');
  return {
    objects: [umem, ...gone.map(({ page }) => page), ...sourcesOf(words)],
    fields: ['dma_map', 'mappings'],
    text:
      `${words.label(umem)}: ${words.call} unmapped ${at}; dma_pages of a pool that shared the mappings ` +
      `keep the addresses (${words.moment.text})`,
  };
}
