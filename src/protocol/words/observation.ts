import type { KernelKind } from '../../model/world/kinds';
import { CORE_WORDS } from './core';
import type { Part } from './grammar';
import { MVNETA_WORDS } from './mvneta';
import { NAPI_WORDS } from './napi';
import { SPLICE_WORDS } from './splice';
import { XDP_WORDS } from './xdp';
import { XSK_WORDS } from './xsk';

/** The words of an object of each kind, behind the word that says kind and handle. */
export const OBSERVED: Readonly<Record<KernelKind, readonly Part[]>> = {
  ...CORE_WORDS,
  ...NAPI_WORDS,
  ...XDP_WORDS,
  ...XSK_WORDS,
  ...SPLICE_WORDS,
  ...MVNETA_WORDS,
};
