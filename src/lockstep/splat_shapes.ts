import { culprit, functionOf, isReporter, plainSymbol } from './splat_frames';

/** The shapes of the kernel's complaints, each with its title. Pure data and pure functions. */

export type SplatKind =
  | 'warning'
  | 'bug'
  | 'oops'
  | 'panic'
  | 'kasan'
  | 'refcount'
  | 'page_pool'
  | 'bad-page'
  | 'kmemleak'
  | 'dma-api'
  | 'lockup'
  | 'hang';

/** The beginning of a complaint, with its kind and title. */
export interface Shape {
  readonly kind: SplatKind;
  readonly pattern: RegExp;
  /** Makes the title from the pattern's match and the lines of the splat. */
  readonly title: (match: RegExpExecArray, lines: readonly string[]) => string;
  /** A complaint of one line: no call trace follows. */
  readonly single?: boolean;
  /** The line comes before "cut here", or before the report of the BUG that follows it. */
  readonly leads?: boolean;
}

const SYMBOL = '([A-Za-z_][\\w.]*)\\+0x';

/** The most trusted shape comes first: the first shape that a line matches names the splat that begins there. */
export const SHAPES: readonly Shape[] = [
  { kind: 'kasan', pattern: new RegExp(`BUG: KASAN: ([\\w-]+) in ${SYMBOL}`), title: kasanTitle },
  {
    kind: 'refcount',
    pattern: /^refcount_t: (.+?)\.?$/,
    title: (match, lines) => inFunction(`refcount_t: ${match[1]}`, culprit(lines)),
  },
  { kind: 'dma-api', pattern: /DMA-API: (?:\S+ \S+: )?(.+)$/, title: (match) => `DMA-API: ${normalise(match[1])}` },
  {
    kind: 'bug',
    pattern: /^(list_(?:add|del) (?:double add|corruption))\b/,
    title: (match, lines) => inFunction(match[1], culprit(lines)),
    leads: true,
  },
  {
    kind: 'bug',
    pattern: /^(?:skbuff: )?(skb_(?:over|under)_panic): text:/,
    title: (match, lines) => inFunction(match[1], culprit(lines)),
    leads: true,
  },
  {
    kind: 'warning',
    pattern: /^UBSAN: ([\w-]+) in (\S+?):\d+/,
    title: (match, lines) => inFunction(`UBSAN: ${match[1]}`, culprit(lines), match[2]),
  },
  { kind: 'bad-page', pattern: /BUG: Bad page state/, title: badPageTitle },
  {
    kind: 'page_pool',
    pattern: /^(page_pool_release_retry\(\)|page_pool_empty_ring\(\)|page_pool\S*)[: ]+(.+)$/,
    title: (match) => `${match[1]} ${pagePoolMessage(match[2])}`,
    single: true,
  },
  {
    kind: 'kmemleak',
    pattern: /^kmemleak: \d+ new suspected memory leaks/,
    title: () => 'kmemleak: new suspected memory leaks',
    single: true,
  },
  {
    kind: 'warning',
    pattern: /WARNING: CPU: \d+ PID: \d+ at (\S+?):(\d+) (?:([A-Za-z_][\w.]*)\+0x)?/,
    title: (match) => (match[3] ? `WARNING in ${plainSymbol(match[3])}` : `WARNING at ${match[1]}`),
  },
  // Since 6.16 the CPU comes last.
  {
    kind: 'warning',
    pattern: /WARNING: \S+?:\d+ at ([A-Za-z_][\w.]*)\+0x/,
    title: (match) => `WARNING in ${plainSymbol(match[1])}`,
  },
  { kind: 'warning', pattern: /^WARNING: (.+)$/, title: (match) => `WARNING: ${normalise(match[1])}` },
  {
    kind: 'bug',
    pattern: /^kernel BUG at (\S+?):\d+/,
    title: (match, lines) => inFunction('kernel BUG', functionOf(lines), match[1]),
  },
  {
    kind: 'oops',
    pattern: /BUG: kernel NULL pointer dereference/,
    title: (_match, lines) => inFunction('BUG: kernel NULL pointer dereference', functionOf(lines)),
  },
  {
    kind: 'oops',
    pattern: /BUG: unable to handle (?:page fault|kernel \w+ request)/,
    title: (_match, lines) => inFunction('BUG: unable to handle page fault', functionOf(lines)),
  },
  {
    kind: 'oops',
    pattern: /(general protection fault|stack segment|divide error|invalid opcode)/,
    title: (match, lines) => inFunction(match[1], functionOf(lines)),
  },
  {
    kind: 'lockup',
    pattern: /BUG: (soft lockup|hard lockup)|rcu: INFO: (\w+) (?:self-)?detected (?:expedited )?stalls?/,
    title: (match, lines) => inFunction(match[1] ? `BUG: ${match[1]}` : 'INFO: rcu detected stall', functionOf(lines)),
  },
  {
    kind: 'lockup',
    pattern: /^INFO: task (\S+?):\d+ blocked for more than \d+ seconds/,
    title: (match, lines) => inFunction(`INFO: task ${match[1]} hung`, culprit(lines)),
  },
  {
    kind: 'bug',
    pattern: /^BUG: (.+)$/,
    title: (match, lines) => inFunction(`BUG: ${normalise(match[1])}`, functionOf(lines)),
  },
  {
    kind: 'oops',
    pattern: /^Oops: (.+?)(?: \[#\d+\].*)?$/,
    title: (_match, lines) => inFunction('Oops', functionOf(lines)),
  },
  // The answer of the module to the host's NMI.
  {
    kind: 'hang',
    pattern: /^skbcheck: hangs in ([\w.]+)/,
    title: (match) => `hang in ${plainSymbol(match[1])}`,
    single: true,
  },
  {
    kind: 'panic',
    pattern: /Kernel panic - not syncing: (.+)$/,
    title: (match) => `kernel panic: ${normalise(match[1])}`,
  },
];

function inFunction(what: string, name: string | undefined, otherwise?: string): string {
  if (name) return `${what} in ${name}`;
  return otherwise ? `${what} at ${otherwise}` : what;
}

function kasanTitle(match: RegExpExecArray, lines: readonly string[]): string {
  const access = lines.map((line) => /^(Read|Write|Free) of/.exec(line)).find((found) => found);
  const how = access ? ` ${access[1]}` : '';
  const place = isReporter(match[2]) ? (culprit(lines) ?? plainSymbol(match[2])) : plainSymbol(match[2]);
  return `KASAN: ${match[1]}${how} in ${place}`;
}

function badPageTitle(_match: RegExpExecArray, lines: readonly string[]): string {
  const reason = lines.map((line) => /^page dumped because: (.+)$/.exec(line)).find((found) => found);
  return reason ? `BUG: Bad page state: ${normalise(reason[1])}` : 'BUG: Bad page state';
}

/** "stalled pool shutdown 1 inflight 60 sec", with or without an id before "inflight". */
function pagePoolMessage(message: string): string {
  return normalise(message)
    .replace(/: id NUM,/, '')
    .replace(/ NUM sec$/, ' NUM s');
}

/** Replaces the parts that differ from run to run by ADDR and NUM. */
function normalise(text: string): string {
  return text
    .replace(/\[(?:[\w ]+=)?0x[0-9a-f]+[^\]]*\]/gi, '[ADDR]')
    .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}\b/gi, 'ADDR')
    .replace(/\+ADDR\/ADDR/g, '')
    .replace(/\bin process .*$/, '')
    .replace(/(?<![\w.])-?\d+(?![\w.])/g, 'NUM')
    .trim();
}
