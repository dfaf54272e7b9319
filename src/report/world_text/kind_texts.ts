import type { Kind, ObjectOf } from '../../model/world/kinds';
import type { Page } from '../../model/structs/page';
import { mappingText, pageRefText, poolText, skbText, sockText, uargText } from './core_texts';
import { listText, pageName } from './parts';
import {
  cpumapText,
  frameText,
  mmText,
  napiText,
  netdevText,
  pipeText,
  portText,
  rxqText,
  umemText,
  xdpText,
  xskText,
} from './system_texts';

/**
 * An object and its holdings in one line; null where the object has nothing to show.
 *
 * @param pages - collects the pages that the line shows
 */
export type KindText<T> = (object: T, pages: Set<Page>) => string | null;

/** By kind of a name: the text of its object. */
export const KIND_TEXTS: { readonly [K in Kind]: KindText<ObjectOf[K]> } = {
  skb: skbText,
  page: pageRefText,
  pool: poolText,
  device: () => null,
  sock: sockText,
  uarg: uargText,
  frag_cache: () => null,
  mapping: mappingText,
  napi: ofSystem('napi', napiText),
  rxq: ofSystem('rxq', rxqText),
  xdp: ofSystem('xdp', xdpText),
  frame: ofSystem('frame', frameText),
  cpumap: ofSystem('cpumap', cpumapText),
  netdev: ofSystem('netdev', netdevText),
  umem: ofSystem('umem', umemText),
  xsk: ofSystem('xsk', xskText),
  pipe: ofSystem('pipe', pipeText),
  mm: ofSystem('mm', mmText),
  file: ofSystem('file', (file, pages) => `has ${listText(file.pages, (page) => pageName(page, pages))}`),
  port: ofSystem('port', portText),
};

/** The text of an object around the core, after its kind and number; a freed object has no other text. */
function ofSystem<T extends { readonly id: number; readonly freed: boolean }>(
  kind: Kind,
  text: (object: T, pages: Set<Page>) => string,
): KindText<T> {
  return (object, pages) => `${kind}#${object.id} ${object.freed ? 'is freed' : text(object, pages)}`;
}
