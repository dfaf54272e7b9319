import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutsideBug } from '../../../outside/bugs/outside_bug';
import { OUTSIDE_BUGS } from '../../../outside/bugs/outside_bugs';
import { parseProgram } from '../../../program/parse';
import type { HuntOnRelease, KnownShown } from '../../../report/documents/hunt_document';
import { repeatedVerdict } from '../../../search/repeated_verdict';
import { signatureOf } from '../../../session/verdict';
import { outsideJudge } from './hunt_kernels';
import { ownFolder } from '../version';

const FOLDER = 'regressions/outside';
const RUNS = 5;

/** The text of the reduced program of a bug. */
export function programOfBug({ name }: OutsideBug): string {
  return readFileSync(join(ownFolder(), FOLDER, `${name}.skb`), 'utf8');
}

/**
 * Runs the programs of all bugs of the table on a kernel.
 * @param target - a kernel that is set up
 * @throws TargetUnavailableError when it cannot be opened
 */
export async function knownBugsOn(target: string): Promise<HuntOnRelease> {
  const judge = outsideJudge(target);
  try {
    const known: KnownShown[] = [];
    for (const bug of OUTSIDE_BUGS) {
      const program = parseProgram(programOfBug(bug), `${FOLDER}/${bug.name}.skb`);
      const { verdict, shown, runs } = await repeatedVerdict(judge, program, RUNS);
      const signature = signatureOf(verdict);
      const isOther = shown > 0 && signature !== bug.signature;
      known.push({ name: bug.name, shown, runs, ...(isOther ? { signature } : {}) });
    }
    return { target, release: judge.target.release ?? '', scenarios: [], known };
  } finally {
    await judge.close();
  }
}
