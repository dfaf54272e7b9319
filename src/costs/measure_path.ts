import { parseProgram } from '../program/parse';
import type { Program } from '../program/program';
import { findProfile } from '../rules/profiles';
import { Session, outcomeText } from '../session/session';
import type { Cost, CostPath, PathCost } from './path';

/** Packets before counting starts. They bring caches, rings and fragment pages into their steady state. */
const WARM_UP_PACKETS = 64;
/** Packets that count: twice the refill of a pool, so averages are exact. All names fit into HANDLES_MAX. */
const MEASURED_PACKETS = 128;

/** Returns the text of the path's program, which `skbcheck costs --program NAME` prints. */
export function costProgram(path: CostPath, packets = WARM_UP_PACKETS + MEASURED_PACKETS): string {
  const lines = [`# ${path.title}`, `profile ${path.profile}`, ...path.setup];
  for (let i = 1; i <= packets; i++) for (const line of path.packet) lines.push(line.replaceAll('$', String(i)));
  return `${lines.join('\n')}\n`;
}

/**
 * Runs the path on its profile's model with all checks, and counts the costs.
 *
 * @throws Error when a call of the path is not executed or an invariant does not hold. A path is a correct program.
 */
export function measurePath(path: CostPath): PathCost {
  const profile = findProfile(path.profile);
  if (profile === undefined) throw new Error(`path ${path.name}: no profile ${path.profile}`);
  const program = parseProgram(costProgram(path), path.name);
  const session = new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi });
  session.begin();
  const measuredFrom = path.setup.length + WARM_UP_PACKETS * path.packet.length;
  runCalls(session, path, program, 0, measuredFrom);
  const before = costSoFar(session);
  runCalls(session, path, program, measuredFrom, program.calls.length);
  const after = costSoFar(session);
  const { name, title, group, source, bytes } = path;
  return {
    name,
    title,
    group,
    source,
    profile: profile.name,
    bytes,
    packets: MEASURED_PACKETS,
    ...each(before, after),
  };
}

function runCalls(session: Session, path: CostPath, program: Program, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const call = program.calls[i];
    const outcome = session.execute(call);
    if (outcome < 0)
      throw new Error(`path ${path.name}, call ${i}: ${call.command.name}: ${outcomeText(call, outcome)}`);
    if (session.verdict.kind === 'violation')
      throw new Error(`path ${path.name}, call ${i}: ${session.verdict.message}`);
  }
}

function costSoFar(session: Session): Cost {
  const { work, memory } = session.world;
  const { pageAllocs, dmaMaps, dmaSyncs, skbAllocs, headAllocs } = work;
  return { pageAllocs, dmaMaps, dmaSyncs, skbAllocs, headAllocs, bytesCopied: memory.copied };
}

function each(before: Cost, after: Cost): Cost {
  const one = (key: keyof Cost): number => (after[key] - before[key]) / MEASURED_PACKETS;
  return {
    pageAllocs: one('pageAllocs'),
    dmaMaps: one('dmaMaps'),
    dmaSyncs: one('dmaSyncs'),
    skbAllocs: one('skbAllocs'),
    headAllocs: one('headAllocs'),
    bytesCopied: one('bytesCopied'),
  };
}
