import path from 'node:path';
import { kernelParts } from '../../export/kernel_parts';
import { INVARIANTS } from '../../invariants/registry';
import { printCall } from '../../program/print';
import { isOutsideProgram } from '../../program/outside_program';
import type { Program } from '../../program/program';
import { shellWords } from '../../report/shell_words';
import type { MaintainerReport } from '../../report/maintainer_report';
import { runOnModel } from '../../session/run_model';
import { Session } from '../../session/session';
import { placeOf, sentenceOf, signatureOf, type Verdict } from '../../session/verdict';
import { whyOf } from '../../why/why';
import { targetsWithProfile } from '../../targets/choose_target';
import { isSeriesTarget, profileOfTarget } from '../../targets/linux';
import { note } from './output';
import { compareVersions } from '../../targets/linux/debian/release_order';
import { locateKernel } from '../../targets/linux/locate';
import { kernelSources } from '../../targets/linux/module_build';
import { conditionsOf, type RunConditions } from './conditions';
import { kernelReportOf } from './outside/kernel_report';
import { assertRunsOn } from './kernel_runs';
import { profileNamed } from '../../session/named';
import { mailOfUserSpace, type TriedUserSpace } from './outside/mail_of_user_space';
import { prepareRun } from './prepared_run';
import { readProgram } from './read_program';

/**
 * Runs a program on kernels and collects what a maintainer wants to know.
 * @param targets - empty: every kernel that is set up
 */
export async function reportForMaintainer(file: string, targets: readonly string[]): Promise<MaintainerReport> {
  const program = readProgram(file);
  // A mutant breaks the model, and no maintainer has that.
  const conditions = conditionsOf(file, { ...program, mutant: undefined }, {});
  const asked = inOrder(targets.length > 0 ? targets : targetsWithProfile(note));
  for (const target of asked) assertRunsOn(target, file, program);
  const tried: TriedUserSpace[] = [];
  for (const target of asked) tried.push(await tryOn(target, program, conditions));
  return isOutsideProgram(program)
    ? mailOfUserSpace(file, program, tried)
    : reportOfKernelCalls(file, program, conditions, tried);
}

function reportOfKernelCalls(
  file: string,
  program: Program,
  conditions: RunConditions,
  tried: readonly TriedUserSpace[],
): MaintainerReport {
  const session = sessionOf(conditions, program.profile);
  const model = runOnModel(session, program).verdict;
  const bad = tried.find(({ row }) => row.has);
  const guilty = placeOf(bad?.verdict.kind === 'clean' || bad === undefined ? model : bad.verdict);
  const parts = kernelParts(
    kernelSources(),
    program.calls.map(({ command }) => command),
  );
  return {
    file,
    about: program.comments?.get(0) ?? [],
    profile: program.profile,
    tried: tried.map(({ row }) => row),
    calls: program.calls.map((call) => ({
      text: printCall(call, program.names),
      function: call.command.name,
      madeBy: parts.madeBy.get(call.command.name) ?? '',
    })),
    guilty: guilty === null || guilty.settling ? null : guilty.call,
    expected: expectedOf(model, bad?.verdict),
    why: whyOf(session, program, model.kind === 'clean' && bad !== undefined ? bad.verdict : model)?.line ?? null,
    ...(bad === undefined ? {} : kernelReportOf(bad.verdict, bad.row.release)),
    reproducer: `npx skbcheck export ${shellWords([file])} -o repro`,
  };
}

async function tryOn(target: string, program: Program, conditions: RunConditions): Promise<TriedUserSpace> {
  const own = isSeriesTarget(target) ? { ...program, profile: profileOfTarget(target).name } : program;
  const prepared = await prepareRun(own, conditions, target);
  try {
    const verdict = await prepared.judge();
    // A kernel that agrees with a model that breaks an invariant has the bug too.
    const shown = verdict.kind === 'clean' && !isOutsideProgram(own) ? onModel(own, conditions, own.profile) : verdict;
    const row = {
      target,
      release: releaseOf(target),
      has: shown.kind !== 'clean',
      sentence: sentenceOf(shown),
      signature: signatureOf(shown),
    };
    return { row, verdict, answers: prepared.answersBehind?.(verdict) };
  } finally {
    await prepared.close();
  }
}

function onModel(program: Program, conditions: RunConditions, name: string): Verdict {
  return runOnModel(sessionOf(conditions, name), { ...program, profile: name }).verdict;
}

function sessionOf({ abuse, provoke }: RunConditions, name: string): Session {
  const profile = profileNamed(name);
  return new Session({ profile: name, rules: profile.rules, abi: profile.abi, abuse, provoke });
}

/** The expected state, with its source; a kernel that differs from the model is expected to do as the model. */
function expectedOf(model: Verdict, seen: Verdict | undefined): string[] {
  if (model.kind === 'violation') {
    const invariant = INVARIANTS.find(({ name }) => name === model.invariant);
    return [
      `${model.invariant}: ${invariant?.statement ?? ''}`,
      `Source: ${invariant?.source ?? 'none'}`,
      `Instead: ${model.message}`,
    ];
  }
  if (seen?.kind === 'divergence') return [`As the model of the release has it: ${seen.message}`];
  return ['No complaint of the kernel: each call is one that the API allows in this state.'];
}

/** The oldest release first; a kernel of the user's own stays where it was named. */
function inOrder(targets: readonly string[]): readonly string[] {
  return targets.every(isSeriesTarget)
    ? [...targets].sort((a, b) => compareVersions(releaseOf(a), releaseOf(b)))
    : targets;
}

/** `6.12.117+deb12-amd64` for a kernel of the setup; the name of any other target. */
function releaseOf(target: string): string {
  if (!isSeriesTarget(target)) return target;
  return path.basename(locateKernel(target).modules);
}
