import { placeOf, signatureOf, type Verdict } from '../src/session/verdict';
import { reduceFinding } from '../src/search/reduce_finding';
import { LockstepSearch } from '../src/search/search_lockstep';
import type { RawFinding } from '../src/search/raw_findings';
import { chooseTarget } from '../src/targets/choose_target';
import { profileNamed } from '../src/session/named';
import type { Scenario } from '../src/generate/scenario';
import { plural } from '../src/program/counts';
import type { Program } from '../src/program/program';
import { profileWith, type Mutant } from '../src/rules/mutants';
import type { Profile } from '../src/rules/profiles';
import type { Link } from '../src/lockstep/link';
import { firstProgram } from '../src/generate/seed';
import { runOnModel } from '../src/session/run_model';
import { Session, type SessionOptions } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';

/** The options of the search of one kernel. */
export interface KernelSearch {
  /** The directory that it was built in. */
  readonly target: string;
  readonly seed: number;
  readonly time_ms: number;
  /** The time limit of reducing a finding. */
  readonly reduceTime_ms: number;
  /** The largest number of commands; default: no limit. */
  readonly commands?: number;
  /** Called between two programs. */
  readonly interrupted: () => boolean;
  readonly say: (line: string) => void;
}

/** A finding on a kernel, reduced. */
export interface KernelFinding {
  readonly verdict: Verdict;
  readonly program: Program;
  /** Commands and seconds of the search until the finding. */
  readonly commands: number;
  readonly seconds: number;
  readonly commandsBefore: number;
  readonly reduceSeconds: number;
}

interface Reduced {
  readonly program: Program;
  readonly verdict: Verdict;
}

/** The result of a search, with or without a finding. */
export interface KernelSearchResult {
  readonly commands: number;
  readonly seconds: number;
  readonly finding: KernelFinding | null;
  /** Findings that did not show again with their program alone. */
  readonly unconfirmed: readonly string[];
}

/** Searches a kernel in lockstep until a program shows a finding by itself, and reduces it. */
export async function searchKernel(scenario: Scenario, search: KernelSearch): Promise<KernelSearchResult> {
  const { open, profile, options, link } = await openKernel(search);
  const session = new Session(options);
  const judge = new TargetJudge(open, new Session(options), link);
  const startedAt_ms = performance.now();
  const secondsNow = (): number => (performance.now() - startedAt_ms) / 1000;
  const found: { raw: RawFinding; seconds: number }[] = [];
  const unconfirmed: string[] = [];
  const limits = {
    commands: search.commands ?? Infinity,
    findings: Infinity,
    stop: () => found.length > 0 || secondsNow() * 1000 >= search.time_ms || search.interrupted(),
  };
  const onFinding = (raw: RawFinding): void => {
    if (isShownAlone(raw)) found.push({ raw, seconds: secondsNow() });
    else unconfirmed.push(raw.signature);
  };
  try {
    const first = firstProgram(search.seed);
    await new LockstepSearch(scenario, profile, session, judge, first, limits, onFinding).run();
    const result = { commands: session.executed, seconds: secondsNow(), unconfirmed };
    if (found.length === 0) return { ...result, finding: null };
    const [{ raw, seconds }] = found;
    search.say(
      `${scenario.name}: ${raw.signature} after ${plural(raw.afterCommands, 'command')}, ` +
        `${seconds.toFixed(0)} s; reducing`,
    );
    const reduceAt_ms = performance.now();
    const expired = (): boolean => performance.now() - reduceAt_ms >= search.reduceTime_ms || search.interrupted();
    const { program, verdict } = await reduceWrittenOut(judge, await reduceFinding(judge, raw, expired), expired);
    const reduceSeconds = (performance.now() - reduceAt_ms) / 1000;
    const commandsBefore = raw.program.calls.length;
    return {
      ...result,
      finding: { verdict, program, commands: raw.afterCommands, seconds, commandsBefore, reduceSeconds },
    };
  } finally {
    await judge.close();
  }
}

/** True when the finding has a place, and does not need other programs that ran before it. */
function isShownAlone(raw: RawFinding): boolean {
  return placeOf(raw.verdict) !== null && raw.verdict.kind !== 'violation';
}

/**
 * A finding that shows while everything is released depends on the order of the releases, which follows from the seed.
 * With the calls written out the program shows it by itself, and gets smaller still.
 */
async function reduceWrittenOut(judge: TargetJudge, reduced: Reduced, expired: () => boolean): Promise<Reduced> {
  const place = placeOf(reduced.verdict);
  if (place?.settling !== true) return reduced;
  const { steps } = runOnModel(judge.session, reduced.program);
  const calls = steps.slice(0, place.call + 1).map(({ call }) => call);
  const program = { ...reduced.program, calls };
  const verdict = await judge.judge(program);
  const again = placeOf(verdict);
  if (again === null || again.settling) return reduced;
  const raw = { program, verdict, signature: signatureOf(verdict), afterCommands: 0 };
  return reduceFinding(judge, raw, expired);
}

/** The verdicts of the programs on the kernel, compared with the model, or with a mutant of it. */
export async function judgeOnKernel(
  search: KernelSearch,
  programs: readonly Program[],
  mutant?: Mutant,
): Promise<Verdict[]> {
  const { open, profile, options, link } = await openKernel(search);
  // The broken rule shows at once on the model; the kernel must do the same.
  const broken = mutant && { rules: profileWith(profile, mutant).rules, checks: false };
  const judge = new TargetJudge(open, new Session({ ...options, ...broken }), link);
  try {
    const verdicts: Verdict[] = [];
    for (const program of programs) verdicts.push(await judge.judge(program));
    return verdicts;
  } finally {
    await judge.close();
  }
}

async function openKernel(
  search: KernelSearch,
): Promise<{ open: () => Promise<Link>; profile: Profile; options: SessionOptions; link: Link }> {
  const choice = chooseTarget(search.target, undefined, search.say);
  if (choice.kind === 'model') throw new Error('a kernel mutant is a kernel');
  const { open } = choice;
  const link = await open();
  const profile = profileNamed(link.profile);
  return { open, profile, options: { profile: profile.name, rules: profile.rules, abi: link.abi }, link };
}
