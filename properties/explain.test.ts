import { printProgram } from '../src/program/print';
import { rangeOf } from '../src/commands/arg_range';
import type { Arg, HandleArg } from '../src/commands/arg';
import type { Program } from '../src/program/program';
import { withArg } from '../src/reduce/edit';
import { explainOnModel } from '../src/search/reduce_finding';
import { explain, type ExplainResult } from '../src/reduce/explain';
import type { Session } from '../src/session/session';
import { signatureOf } from '../src/session/verdict';
import { countText } from '../src/model/world/count_text';
import { BIAS_MAX } from '../src/model/structs/page_pool';
import { foldAlike } from '../src/report/world_text/fold';
import { worldDifference } from '../src/report/world_text/world_difference';
import { brokenProfile, mutantOf, profileOf, programOf, sessionOf, verdictOf } from './support/model';

interface Case {
  readonly session: Session;
  readonly program: Program;
  readonly signature: string;
  readonly explained: ExplainResult;
}

function caseOf(id: string): Case {
  const mutant = mutantOf(id);
  const session = sessionOf(brokenProfile(mutant));
  const program = programOf(profileOf(mutant.profile), mutant.program);
  const signature = signatureOf(verdictOf(session, program));
  return { session, program, signature, explained: explainOnModel(session, program, signature) };
}

/** Eleven values from one end of an argument's range to the other. */
function across([min, max]: readonly [number, number]): number[] {
  return Array.from({ length: 11 }, (_, i) => min + Math.round(((max - min) * i) / 10));
}

test.each(['B2', 'F3', 'A11', 'F1', 'G4', 'J5'])(
  'what is said to be any in the program of %s may be any number',
  (id) => {
    const { session, program, signature, explained } = caseOf(id);
    for (const { call, argument, values } of explained.free) {
      const { args } = program.calls[call].command;
      const i = args.findIndex(({ name }) => name === argument);
      if (values !== 'any' || args[i].type !== 'int') continue;
      for (const value of across(rangeOf(args[i] as Exclude<Arg, HandleArg>)))
        expect([argument, value, signatureOf(verdictOf(session, withArg(program, call, i, value)))]).toEqual([
          ...[argument, value, signature],
        ]);
    }
  },
);

test.each(['B2', 'F3', 'A11', 'F1', 'G4', 'G5', 'J5'])('the nearest program to that of %s is clean', (id) => {
  const { session, program, explained } = caseOf(id);
  const { nearest } = explained;
  if (nearest === undefined) throw new Error(`${id}: no program near it is clean`);
  expect(verdictOf(session, nearest.program).kind).toBe('clean');
  expect(program.calls.length - nearest.program.calls.length).toBeLessThanOrEqual(1);
  const lines = new Set(printProgram(nearest.program).split('\n'));
  const others = printProgram(program)
    .split('\n')
    .filter((line) => !lines.has(line));
  expect(others).toHaveLength(1);
});

test('an explanation says the same each time', () => {
  expect(caseOf('B2').explained).toEqual(caseOf('B2').explained);
});

test('an explanation never executes more than its budget, says that it ended, and ends when the time is over', () => {
  const { program } = caseOf('B2');
  for (const maxExecutions of [0, 1, 7]) {
    let asked = 0;
    const ask = (): { ends: 'same'; skipped: number } => {
      asked++;
      return { ends: 'same', skipped: 0 };
    };
    const { exhausted, executions } = explain(program, 0, ask, { maxExecutions });
    expect([asked, exhausted]).toEqual([executions, true]);
    expect(asked).toBeLessThanOrEqual(maxExecutions);
  }
  const late = explain(program, 0, () => ({ ends: 'same', skipped: 0 }), { maxExecutions: 100, expired: () => true });
  expect([late.executions, late.exhausted]).toEqual([0, true]);
});

test('a count with a bias is printed as the constant that it stands for', () => {
  expect([BIAS_MAX, BIAS_MAX - 1, BIAS_MAX + 2].map(countText)).toEqual(['BIAS_MAX', 'BIAS_MAX - 1', 'BIAS_MAX + 2']);
  expect([32768, 32769].map(countText)).toEqual(['PAGE_FRAG_CACHE_MAX_SIZE', 'PAGE_FRAG_CACHE_MAX_SIZE + 1']);
  expect([0, 1, 17, -1].map(countText)).toEqual(['0', '1', '17', '-1']);
});

test('a world before and after a call is shown as what changed, and the rest as a number', () => {
  const was = ['pool1: pool#1', 'skb1: skb#2 len 1', 'skb2: skb#3 len 4'];
  const is = ['pool1: pool#1', 'skb2: skb#3 len 5', '  page#1: refcount 1'];
  expect(worldDifference(was, is, () => false)).toEqual([
    ...['- skb1: skb#2 len 1', '  … 1 alike', '- skb2: skb#3 len 4', '+ skb2: skb#3 len 5', '+   page#1: refcount 1'],
  ]);
  expect(worldDifference(was, was, (line) => line.startsWith('pool1'))).toEqual(['  pool1: pool#1', '  … 2 alike']);
});

test('pages with equal lines are one line, and others stay as they are', () => {
  const pages = Array.from({ length: 63 }, (_, i) => `page#${i + 2}: refcount 1`);
  expect(foldAlike(['pool#1: cache 63', ...pages, 'page#90: refcount 2'])).toEqual([
    ...['pool#1: cache 63', 'page#2 … page#64: refcount 1 (63 alike)', 'page#90: refcount 2'],
  ]);
  expect(foldAlike(['page#1: a', 'page#2: a'])).toEqual(['page#1: a', 'page#2: a']);
});
