import type { Edit } from './edits_of';

/** An edit that changes nothing that could be seen, and why. */
export interface Equivalent {
  readonly file: string;
  /** The line of the source, without the space around it. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const CYCLE = 'after how many members a list that goes round is left: any large number does';
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
          'for (let skb = p.data.fragList; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++, checked++)',
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
      ...['truesize_covers.ts', 'walk.ts'].map(
        (file) =>
          [
            file,
            'for (let member = data.fragList; member !== null && members < FRAG_LIST_MAX; member = member.next, members++)',
            '<',
            '<=',
          ] as const,
      ),
      ['walk.ts', 'let members = 0;', '0', '1'],
      [
        'walk.ts',
        'for (let skb: SkBuff | null = first; skb !== null && members < FRAG_LIST_MAX; skb = skb.next, members++)',
        '<',
        '<=',
      ],
      ['walk.ts', 'export const FRAG_LIST_MAX = 1024;', '1024', '1025'],
    ] as const
  ).map(([file, line, from, to]) => ({ file, line, from, to, why: CYCLE })),
];

/** The reason why the edit cannot be noticed; undefined: it can. */
export function whyEquivalent(edit: Edit, text: string): string | undefined {
  const line = text.split('\n')[edit.line - 1].trim();
  return EQUIVALENT.find(
    (one) => edit.file.endsWith(`/${one.file}`) && one.line === line && one.from === edit.from && one.to === edit.to,
  )?.why;
}
