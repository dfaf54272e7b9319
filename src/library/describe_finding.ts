import { placeOf, sentenceOf, signatureOf, type Verdict } from '../session/verdict';
import { printCall } from '../program/print';
import { isOutsideProgram } from '../program/outside_program';
import type { Program } from '../program/program';
import type { FindingReport } from '../report/finding_report';
import { worldLines } from '../report/world_text/world_text';
import { runOnModel } from '../session/run_model';
import { whyOf } from '../why/why';
import type { ExplainResult } from '../reduce/explain';
import type { Session } from '../session/session';

const DETAIL_LINES_MAX = 40;

/** The facts of a finding that its report is made from. */
export interface FindingFacts {
  readonly program: Program;
  readonly verdict: Verdict;
  readonly target: string;
  readonly mutant?: string;
  readonly abuse?: boolean;
  readonly provoke?: boolean;
  readonly commandsBefore: number;
  readonly file: string | null;
  readonly detail?: readonly string[];
  readonly explained?: ExplainResult;
  /** Of a program of user space: by position, what the kernel answered, as text. */
  readonly answers?: ReadonlyMap<number, string>;
}

/**
 * The report of a finding. The program runs once more on the model to show the world before and after the failing call;
 * of a program of user space the kernel's answers are shown instead.
 *
 * @param session - with the rules of the finding
 */
export function describeFinding(session: Session, facts: FindingFacts): FindingReport {
  const { program, verdict } = facts;
  const place = placeOf(verdict);
  let before: string[] = [];
  let after: string[] = [];
  let settleLine: string | undefined;
  // Of user space the model knows only what the program hopes.
  const isBelief = isOutsideProgram(program);
  if (place !== null) {
    let position = 0;
    let last: string[] = [];
    runOnModel(session, program, ({ call, settling }) => {
      const lines = isBelief ? [] : worldLines(session.world, program.names);
      if (position === place.call) {
        before = last;
        after = lines;
        if (settling) settleLine = printCall(call, program.names);
      }
      last = lines;
      position++;
    });
  }
  const why = whyOf(session, program, verdict);
  return {
    signature: signatureOf(verdict),
    sentence: sentenceOf(verdict),
    ...(why === null ? {} : { why }),
    ...(facts.explained === undefined ? {} : { explained: facts.explained }),
    profile: program.profile,
    target: facts.target,
    ...(facts.mutant === undefined ? {} : { mutant: facts.mutant }),
    abuse: facts.abuse === true,
    provoke: facts.provoke === true,
    place,
    ...(settleLine === undefined ? {} : { settleLine }),
    program,
    ...(facts.answers === undefined ? {} : { answers: facts.answers }),
    file: facts.file,
    commandsBefore: facts.commandsBefore,
    commandsAfter: program.calls.length,
    before,
    after,
    detail: (facts.detail ?? []).slice(0, DETAIL_LINES_MAX),
  };
}
