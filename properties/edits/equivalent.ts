import type { Edit } from './edits_of';

/** An edit without any visible effect, and the reason. */
export interface Equivalent {
  readonly file: string;
  /** The line of the source, without surrounding space. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const CYCLE = 'after how many members a list that goes round is left: any large number does';
const NOWHERE = 'one step more reads undefined, which lies in no range';
const SPARES = 'spares a world without such objects a look at empty lists';
const STRIDE = 'when the long stride ends, the shorter one looks at the rest';

export const EQUIVALENT: readonly Equivalent[] = [
  ...(
    [
      ['bytes.ts', 'for (; i + 16 <= count; i += 16) if (!equal16(view, a + i, b + i)) return false;', '16', '17'],
      ['bytes.ts', 'for (; i + 16 <= count; i += 16) if (!equal16(view, a + i, b + i)) return false;', '<=', '<'],
      [
        'bytes.ts',
        'for (; i + 4 <= count; i += 4) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;',
        '4',
        '5',
      ],
      [
        'bytes.ts',
        'for (; i + 4 <= count; i += 4) if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;',
        '<=',
        '<',
      ],
    ] as const
  ).map(([file, line, from, to]) => ({ file, line, from, to, why: STRIDE })),
  ...(
    [
      ['bytes.ts', 'if (depth > FRAG_LIST_MAX) return false;', '>', '>='],
      ['bytes.ts', 'let members = 0;', '0', '1'],
      ['bytes.ts', 'if (++members > FRAG_LIST_MAX || !compareSkb(world, member, depth + 1)) return false;', '>', '>='],
      ['check_napis.ts', 'let members = 0;', '0', '1'],
      ...['check_napis.ts'].flatMap((file) =>
        [
          'for (let skb = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++, ' +
            'checked++)',
          'for (let skb: SkBuff | null = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next) {',
        ].map((line) => [file, line, '<', '<='] as const),
      ),
      ['geometry.ts', 'let members = 0;', '0', '1'],
      ['geometry.ts', 'if (member === skb || ++members > FRAG_LIST_MAX) {', '>', '>='],
      ...[
        'for (let skb: SkBuff | null = first, n = 0; skb !== null && n < FRAG_LIST_MAX; skb = skb.next, n++) {',
        'for (let member = data.fragList, n = 0; member !== null && n < FRAG_LIST_MAX; member = member.next, n++) {',
      ].flatMap((line) => [
        ['no_use_after_free.ts', line, '<', '<='] as const,
        ['no_use_after_free.ts', line, '0', '1'] as const,
      ]),
      ['truesize_covers.ts', 'let members = 0;', '0', '1'],
      ...['truesize_covers.ts', 'walk_core.ts'].map(
        (file) =>
          [
            file,
            'for (let member = data.fragList; member !== null && members < FRAG_LIST_MAX; member = member.next, ' +
              'members++)',
            '<',
            '<=',
          ] as const,
      ),
      ['walk_core.ts', 'let members = 0;', '0', '1'],
      [
        'walk_core.ts',
        'for (let skb = first; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++) holdSkb(skb);',
        '<',
        '<=',
      ],
      ['walk.ts', 'export const FRAG_LIST_MAX = 1024;', '1024', '1025'],
    ] as const
  ).map(([file, line, from, to]) => ({ file, line, from, to, why: CYCLE })),
  ...(
    [
      ['check_splice.ts', 'for (let i = 0; i < writes.length; i += 2)'],
      ['no_shared_write.ts', 'for (let i = 0; i < writes.length; i += 2) checkWrite(world, writes[i], writes[i + 1]);'],
      [
        'check_umems.ts',
        'for (let i = 0; i < writes.length; i += 2) checkWrite(world, umem, writes[i], writes[i + 1]);',
      ],
    ] as const
  ).map(([file, line]) => ({ file, line, from: '<', to: '<=', why: NOWHERE })),
  ...(
    [
      ['quick_check.ts', 'if (world.systems.live > 0)', 'world.systems.live > 0'],
      ['checker.ts', 'const looks = world.systems.live > 0 ? ALL_LOOKS : CORE_LOOKS;', 'world.systems.live > 0'],
      [
        'walk_world.ts',
        'if (world.systems.live > 0) for (const walk of SYSTEM_WALKERS) walk(world, everything);',
        'world.systems.live > 0',
      ],
    ] as const
  ).flatMap(([file, line, from]) => [
    { file, line, from, to: 'true', why: SPARES },
    { file, line, from: '>', to: '>=', why: SPARES },
  ]),
  {
    file: 'no_shared_write.ts',
    line: 'if (!world.userPages) return 0;',
    from: '!world.userPages',
    to: 'false',
    why: SPARES,
  },
  {
    file: 'evaluation_counts.ts',
    line: 'const LOW_BITS = 11;',
    from: '11',
    to: '12',
    why: 'where the set is cut in two does not matter',
  },
  ...(
    [
      [
        'bytes.ts',
        'if (frag.page.address < 0 ? frag.size > 0 : !compareStretch(world, frag.page.address + frag.offset, ' +
          'frag.size))',
      ],
      [
        'no_shared_write.ts',
        'if (frag.page.address < 0 || frag.page.id > lastIdBefore || frag.page.file !== null) continue;',
      ],
      ['check_splice.ts', 'if (page.address < 0) return false;'],
    ] as const
  ).map(([file, line]) => ({ file, line, from: '<', to: '<=', why: 'no page lies at address 0: the pattern does' })),
  ...(
    [
      ['!page.ppSignature &&', '!page.ppSignature', 'page.ppSignature'],
      ['page.poolSlots === 0 &&', '===', '!=='],
      ['page.seenPoolReferences === 0 &&', '===', '!=='],
      [
        'if (reachesFreed || skb.data.freed || skb.data.fragList !== null) checkReached(world, skb);',
        'reachesFreed || skb.data.freed || skb.data.fragList !== null',
        'true',
      ],
      ['if (checkSlots(world, pool, false) > 0) could |= OWN_POOL;', 'false', 'true'],
    ] as const
  ).map(([line, from, to]) => ({
    file: 'quick_check.ts',
    line,
    from,
    to,
    why: 'only spares a look: what is found is asked for again in order',
  })),
  {
    file: 'walk_world.ts',
    line: 'WALK.number++;',
    from: 'WALK.number++',
    to: 'WALK.number--',
    why: 'any other number does',
  },
  { file: 'walk_world.ts', line: 'WALK.meetsDirty = false;', from: 'WALK.meetsDirty = false;', to: ';', why: SPARES },
  { file: 'walk_world.ts', line: 'WALK.meetsFreed = false;', from: 'WALK.meetsFreed = false;', to: ';', why: SPARES },
  {
    file: 'looks.ts',
    line: 'if (unlisted !== undefined) throw new Error(`invariant ${unlisted.invariant.name} is missing in registry.ts`);',
    from: 'unlisted !== undefined',
    to: 'false',
    why: 'an error message for those who add an invariant',
  },
];

/** The reason why the edit cannot be noticed; undefined when it can. */
export function whyEquivalent(edit: Edit, text: string): string | undefined {
  const line = text.split('\n')[edit.line - 1].trim();
  return EQUIVALENT.find(
    (one) => edit.file.endsWith(`/${one.file}`) && one.line === line && one.from === edit.from && one.to === edit.to,
  )?.why;
}
