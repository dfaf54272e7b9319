import { isHandleArg } from '../commands/arg_range';
import type { ArgumentPreference } from '../generate/argument_preference';
import type { Call } from '../program/program';

/** Arguments that are drawn for one call when some are preferred. */
const CANDIDATES = 8;

/**
 * Words of system calls that give packets a mark: by what stands in the mark's text.
 * zerocopy: skb_zcopy_set in msg_zerocopy's callers; shared_frag: skb_splice_from_iter (net/core/skbuff.c).
 */
const WORDS_BY_MARK: Readonly<Record<string, readonly string[]>> = {
  zerocopy: ['zerocopy'],
  dont_orphan: ['zerocopy'],
  shared_frag: ['zerocopy', 'splice', 'sendfile', 'vmsplice'],
  tx_flags: ['timestamping'],
};

/** The words that marks hint at; programs that use them are more likely to reach a condition. */
export function hintsOf(of: readonly string[]): ReadonlySet<string> {
  const marks = Object.keys(WORDS_BY_MARK).filter((mark) => of.some((text) => text.includes(mark)));
  return new Set(marks.flatMap((mark) => WORDS_BY_MARK[mark]));
}

/** Prefers arguments with these words; null where there are none. */
export function preferenceFor(words: ReadonlySet<string>): ArgumentPreference | null {
  if (words.size === 0) return null;
  return { candidates: CANDIDATES, score: (_, call) => wordsOf(call).filter((word) => words.has(word)).length };
}

function wordsOf({ command, args }: Call): string[] {
  return command.args.flatMap((arg, at) => {
    if (isHandleArg(arg)) return [];
    if (arg.type === 'enum') return [arg.words[args[at]]];
    return arg.type === 'flags' ? arg.words.filter((_, bit) => ((args[at] >> bit) & 1) === 1) : [];
  });
}
