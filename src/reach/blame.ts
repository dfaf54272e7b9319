import { Batch } from '../lockstep/batch';
import { judgeOnLink } from '../lockstep/judge';
import type { Link } from '../lockstep/link';
import type { Program } from '../program/program';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import { placeOf, signatureOf, type Place } from '../session/verdict';

/** The call of a program that shows something, and what: two programs with one signature show the same. */
export interface Blamed {
  readonly place: Place;
  readonly signature: string;
}

/** Says which call of a program is guilty; undefined: the program is clean. */
export type Blame = (program: Program) => Promise<Blamed | undefined>;

/** Blames by the kernel itself, where it differs from the model, or complains. */
export function blameOnLink(session: Session, link: Link): Blame {
  return async (program) => {
    const { verdict } = await judgeOnLink(session, link, program);
    const place = placeOf(verdict);
    return place === null ? undefined : { place, signature: signatureOf(verdict) };
  };
}

/**
 * Blames by two models, one of which breaks a rule: the guilty call is the first whose result or world differs. No
 * kernel is asked, so thousands of programs take a second.
 */
export function blameOnModels(session: Session, broken: Session): Blame {
  return (program) => {
    const one = answersOf(session, program);
    const other = answersOf(broken, program);
    const at = one.findIndex(({ answer }, i) => other.at(i)?.answer !== answer);
    if (at < 0) return Promise.resolve(undefined);
    const { place } = one[at];
    return Promise.resolve({ place, signature: `differs in ${place.settling ? 'settle' : place.command}` });
  };
}

/** The model's answer to each executed call: what it returns, and a digest of the world. */
function answersOf(session: Session, program: Program): { readonly place: Place; readonly answer: string }[] {
  const batch = new Batch();
  batch.beginProgram(0);
  const answers: { place: Place; answer: string }[] = [];
  let position = 0;
  runOnModel(session, program, ({ call, outcome, settling }) => {
    const place = { call: position++, command: call.command.name, settling };
    if (outcome < 0) return;
    batch.executed(session.world, call);
    const at = batch.calls - 1;
    answers.push({ place, answer: `${batch.rets[at]} ${batch.digests[at]}` });
  });
  return answers;
}
