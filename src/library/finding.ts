import { findingText } from '../report/finding_text';
import type { Program } from '../program/program';
import { keptSession } from './conditions';
import { describeFinding } from './describe_finding';
import { detailOf } from './finding_detail';
import { ownProgram } from './own_program';
import type { Finding, RunResult } from './types';

/**
 * The facts of a finding: the violated statement, the guilty call, the world before and after it. The program runs once
 * more on the model.
 *
 * @returns null when the result is no finding
 */
export function findingOf(result: RunResult): Finding | null {
  if (!result.isFinding) return null;
  const program = ownProgram(result.program);
  const { signature, sentence, profile, place, before, after, detail } = describeFinding(keptSession(program), {
    program,
    verdict: result.verdict,
    target: result.target,
    mutant: program.mutant,
    commandsBefore: program.calls.length,
    file: null,
    detail: detailOf(result.verdict),
  });
  const mutant = program.mutant === undefined ? {} : { mutant: program.mutant };
  return { signature, sentence, profile, target: result.target, ...mutant, program, place, before, after, detail };
}

/**
 * A finding as text for people, as `skbcheck run` prints it. It ends with a line feed.
 *
 * @param colour - true: with the colours of a terminal; default: false
 */
export function printFinding(finding: Finding, colour = false): string {
  const program: Program = ownProgram(finding.program);
  return findingText(
    {
      ...finding,
      program,
      abuse: program.abuse === true,
      provoke: program.provoke === true,
      file: null,
      commandsBefore: program.calls.length,
      commandsAfter: program.calls.length,
    },
    colour,
  );
}
