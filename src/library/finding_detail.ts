import type { Verdict } from '../session/verdict';

const CONSOLE_LINES = 24;

/** The target's own words: a splat, or the end of the console. */
export function detailOf(verdict: Verdict): string[] {
  if (verdict.kind === 'splat') return verdict.text.trim().split('\n');
  if (verdict.kind === 'death') return verdict.console.trim().split('\n').slice(-CONSOLE_LINES);
  return [];
}
