import type { Page } from '../model/structs/page';
import type { SkbData } from '../model/structs/sk_buff';
import type { HandleOf, Kind, ObjectOf, OutsideKind } from '../model/world/kinds';
import type { World } from '../model/world/world';
import {
  describeData,
  describeDevice,
  describeFragCache,
  describePage,
  describePool,
  describeSkb,
  describeSock,
  describeUarg,
} from './picture/core_pictures';
import type { Described, Drawing, DrawnKind } from './picture/picture';
import {
  describeCpumap,
  describeFile,
  describeFrame,
  describeMm,
  describeNapi,
  describeNetdev,
  describePipe,
  describePort,
  describeRxq,
  describeUmem,
  describeXdp,
  describeXsk,
} from './picture/system_pictures';
import { mappingText, pageRefText, poolText, skbText, sockText, uargText } from './world_text/core_texts';
import { fdText, linkText } from './world_text/outside_texts';
import { listText, pageName } from './world_text/parts';
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
} from './world_text/system_texts';

/* The parts of each kind in reports: a line of text, a box of the picture. */

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
  napi: textOfSystem('napi', napiText),
  rxq: textOfSystem('rxq', rxqText),
  xdp: textOfSystem('xdp', xdpText),
  frame: textOfSystem('frame', frameText),
  cpumap: textOfSystem('cpumap', cpumapText),
  netdev: textOfSystem('netdev', netdevText),
  umem: textOfSystem('umem', umemText),
  xsk: textOfSystem('xsk', xskText),
  pipe: textOfSystem('pipe', pipeText),
  mm: textOfSystem('mm', mmText),
  file: textOfSystem('file', (file, pages) => `has ${listText(file.pages, (page) => pageName(page, pages))}`),
  port: textOfSystem('port', portText),
  fd: fdText,
  link: linkText,
};

/** The text of an object around the core, after its kind and number; a freed object has no other text. */
function textOfSystem<T extends { readonly id: number; readonly freed: boolean }>(
  kind: Kind,
  text: (object: T, pages: Set<Page>) => string,
): KindText<T> {
  return (object, pages) => `${kind}#${object.id} ${object.freed ? 'is freed' : text(object, pages)}`;
}

/** By kind of a drawn object: the object itself. A name of a page or a mapping leads to the page. */
interface DrawnObjects extends Omit<ObjectOf, 'page' | 'mapping' | OutsideKind> {
  page: Page;
  data: SkbData;
}

/** An owner is drawn before the names, an object of a system after them, and memory last. */
type Turn = 'owner' | 'system' | 'memory';

interface KindPicture<T> {
  readonly turn: Turn;
  /** All objects of the kind that exist, with a name or without: a frame in a ring has none. */
  readonly live: (world: World) => readonly T[];
  readonly describe: (described: Described, object: T, drawing: Drawing) => void;
}

/** By kind: the objects and their description. Within a turn, kinds are drawn in this order. */
const KIND_PICTURES: { readonly [K in DrawnKind]: KindPicture<DrawnObjects[K]> } = {
  sock: { turn: 'owner', live: ({ socks }) => socks, describe: describeSock },
  uarg: { turn: 'owner', live: ({ uargs }) => uargs, describe: describeUarg },
  napi: ofSystem(({ systems }) => systems.napis, describeNapi),
  rxq: ofSystem(({ systems }) => systems.rxqs, describeRxq),
  xdp: ofSystem(({ systems }) => systems.xdpBuffs, describeXdp),
  frame: ofSystem(({ systems }) => systems.frames, describeFrame),
  cpumap: ofSystem(({ systems }) => systems.cpumaps, describeCpumap),
  netdev: ofSystem(({ systems }) => systems.netdevs, describeNetdev),
  umem: ofSystem(({ systems }) => systems.umems, describeUmem),
  xsk: ofSystem(({ systems }) => systems.xdpSocks, describeXsk),
  pipe: ofSystem(({ systems }) => systems.pipes, describePipe),
  mm: ofSystem(({ systems }) => systems.userMappings, describeMm),
  file: ofSystem(({ systems }) => systems.files, describeFile),
  port: ofSystem(({ systems }) => systems.ports, describePort),
  skb: { turn: 'memory', live: ({ skbs }) => skbs, describe: describeSkb },
  data: { turn: 'memory', live: ({ datas }) => datas, describe: describeData },
  page: { turn: 'memory', live: ({ pages }) => pages, describe: describePage },
  pool: { turn: 'memory', live: ({ pools }) => pools, describe: describePool },
  frag_cache: {
    turn: 'memory',
    live: ({ fragCaches, napiFragCache }) => (napiFragCache === null ? fragCaches : [...fragCaches, napiFragCache]),
    describe: describeFragCache,
  },
  device: { turn: 'memory', live: ({ devices }) => devices, describe: describeDevice },
};

const DRAWN_KINDS = Object.keys(KIND_PICTURES) as DrawnKind[];

/** Adds a name to the object that it leads to. */
type AddName<T> = (drawing: Drawing, object: T, name: string) => void;

/** By kind of a name. */
const KIND_NAMES: { readonly [K in Kind]: AddName<ObjectOf[K]> } = {
  skb: nameOf('skb'),
  page: ({ at }, { page, offset, size, ofPool }, name) =>
    at(`page#${page.id}`).names.push(`${name} [${offset}, ${offset + size})${ofPool ? ' of the pool' : ''}`),
  pool: nameOf('pool'),
  device: nameOf('device'),
  sock: nameOf('sock'),
  uarg: nameOf('uarg'),
  frag_cache: nameOf('frag_cache'),
  mapping: ({ at }, { page }, name) => at(`page#${page.id}`).names.push(`${name} (mapping)`),
  napi: nameInSystem('napi'),
  rxq: nameInSystem('rxq'),
  xdp: nameInSystem('xdp'),
  frame: nameInSystem('frame'),
  cpumap: nameInSystem('cpumap'),
  netdev: nameInSystem('netdev'),
  umem: nameInSystem('umem'),
  xsk: nameInSystem('xsk'),
  pipe: nameInSystem('pipe'),
  mm: nameInSystem('mm'),
  file: nameInSystem('file'),
  port: nameInSystem('port'),
  // The picture is of the kernel's memory, which user space does not see.
  fd: () => undefined,
  link: () => undefined,
};

/** Describes all objects of one turn. */
export function drawTurn(drawing: Drawing, turn: Turn): void {
  for (const kind of DRAWN_KINDS) if (KIND_PICTURES[kind].turn === turn) drawKind(drawing, kind);
}

function drawKind<K extends DrawnKind>(drawing: Drawing, kind: K): void {
  const { live, describe }: KindPicture<DrawnObjects[K]> = KIND_PICTURES[kind];
  for (const object of live(drawing.world)) describe(drawing.at(`${kind}#${object.id}`), object, drawing);
}

export function drawName<K extends Kind>(drawing: Drawing, { kind, object }: HandleOf<K>, name: string): void {
  KIND_NAMES[kind](drawing, object, name);
}

function ofSystem<T extends { readonly freed: boolean }>(
  live: (world: World) => readonly T[],
  describe: (described: Described, object: T) => void,
): KindPicture<T> {
  const withFreed = (described: Described, object: T): void => {
    described.field('freed', object.freed);
    describe(described, object);
  };
  return { turn: 'system', live, describe: withFreed };
}

function nameOf(kind: DrawnKind) {
  return ({ at }: Drawing, { id }: { readonly id: number }, name: string): void => {
    at(`${kind}#${id}`).names.push(name);
  };
}

/** A freed object of a system is in no list any more, but its name still leads to it. */
function nameInSystem<K extends Exclude<DrawnKind, 'data' | 'page'>>(kind: K) {
  return (drawing: Drawing, object: DrawnObjects[K] & { readonly freed: boolean }, name: string): void => {
    const described = drawing.at(`${kind}#${object.id}`);
    described.names.push(name);
    const { describe }: KindPicture<DrawnObjects[K]> = KIND_PICTURES[kind];
    if (object.freed) describe(described, object, drawing);
  };
}
