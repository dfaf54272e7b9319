import { kernelWords, lastWords } from '../lockstep/kernel_words';
import type { Verdict } from '../session/verdict';

/** The target's own words: a splat, or the end of the console. */
export function detailOf(verdict: Verdict): string[] {
  if (verdict.kind === 'splat') return kernelWords(verdict.text);
  if (verdict.kind === 'death') return lastWords(verdict.console, verdict.title);
  return [];
}
