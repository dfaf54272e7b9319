import type { Program } from '../program/program';
import { ExecFlag, REPLY_WORDS_PER_CALL } from '../protocol/exec';
import { runOnModel } from '../session/run_model';
import type { Session } from '../session/session';
import type { Place } from '../session/verdict';
import { Batch } from './batch';
import type { Link } from './link';

/** The words of the reply to a request with one program of one call. */
const STEP_REPLY_WORDS = 1 + REPLY_WORDS_PER_CALL;

/** Sends one call of a program at a time until the target dies, and returns its place. Null: it survives this time. */
export async function stepUntilDeath(session: Session, link: Link, program: Program): Promise<Place | null> {
  const requests: { request: Buffer; place: Place }[] = [];
  const batch = new Batch();
  let position = 0;
  runOnModel(session, program, ({ call, outcome, settling }) => {
    const place = { call: position++, command: call.command.name, settling };
    if (outcome < 0) return;
    batch.clear();
    batch.beginProgram(0);
    batch.executed(session.world, call);
    requests.push({ request: batch.request(requests.length === 0 ? 0 : ExecFlag.Continue), place });
  });
  for (const { request, place } of requests) {
    const answer = await link.execute(request);
    if (answer.death !== undefined || answer.words.length !== STEP_REPLY_WORDS) return place;
  }
  return null;
}
