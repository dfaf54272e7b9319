import { printCall, printCallLines } from '../../program/print';
import type { RunDocument } from '../../report/documents/program_document';
import { outcomeText } from '../../session/session';
import { sentenceOf, signatureOf } from '../../session/verdict';
import { isExpected, type Ran } from './ran';

/** @param target - on which it ran */
export function runDocument(ran: Ran, target: string): RunDocument {
  const { file, program, conditions, counts, skipped, verdict, steps } = ran;
  const lines = printCallLines(program);
  let position = 0;
  return {
    ...{ file, profile: program.profile, target },
    ...(conditions.mutant === undefined ? {} : { mutant: conditions.mutant.id }),
    ...(program.expect === undefined ? {} : { expect: program.expect }),
    isExpected: isExpected(ran),
    ...counts,
    skippedCalls: skipped,
    signature: signatureOf(verdict),
    sentence: sentenceOf(verdict),
    verdict,
    steps: steps.map((step) => ({
      call: step.settling ? printCall(step.call, program.names) : lines[position++],
      outcome: outcomeText(step.call, step.outcome),
      settling: step.settling,
      ...(step.during === undefined ? {} : { during: step.during }),
    })),
  };
}
