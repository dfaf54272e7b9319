import { runGenerated } from '../src/search/search_model';
import { LockstepSearch } from '../src/search/search_lockstep';
import { ProgramGenerator } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { Settler } from '../src/generate/settle';
import { findProfile, type Profile } from '../src/rules/profiles';
import { Batch } from '../src/lockstep/batch';
import type { Link } from '../src/lockstep/link';
import { bootTarget } from '../src/targets/linux';
import { vmLink } from '../src/targets/linux/link';
import { Session } from '../src/session/session';
import { TargetJudge } from '../src/lockstep/target_judge';
import type { Case } from './measure';
import { ofScenario } from './model_cases';

const BATCH_CALLS = 4000;

/** A booted Linux target. */
export async function bootLink(target: string): Promise<Link> {
  return vmLink(target, await bootTarget(target), findProfile(target) as Profile);
}

/** Lockstep as `fuzz` does it, and the guest alone, answering one prepared batch again and again. */
export function linkCases(target: string, link: Link, commandsPerRound: number): Case[] {
  const profile = findProfile(target) as Profile;
  return [
    lockstepCase(target, findScenario('core') as Scenario, profile, link, commandsPerRound),
    guestCase(target, profile, link, commandsPerRound),
  ];
}

export function lockstepCase(target: string, scenario: Scenario, profile: Profile, link: Link, commands: number): Case {
  const session = sessionOf(profile, link);
  const judge = new TargetJudge(() => Promise.resolve(link), sessionOf(profile, link), link);
  let seed = 1;
  return {
    name: `${target} lockstep${ofScenario(scenario)}`,
    title: 'generate, execute and check on the model, execute and observe in the guest, compare after every command',
    async round() {
      const limits = { commands, findings: Infinity, stop: () => false };
      const search = new LockstepSearch(scenario, profile, session, judge, seed, limits, ({ program, signature }) => {
        // The figure includes the judging.
        process.stderr.write(`${target}: ${signature} (${program.seed ?? scenario.name})\n`);
      });
      const before = session.executed;
      const { programs } = await search.run();
      seed += programs;
      return session.executed - before;
    },
  };
}

function guestCase(target: string, profile: Profile, link: Link, commands: number): Case {
  const session = sessionOf(profile, link);
  const generator = new ProgramGenerator(findScenario('core') as Scenario, profile);
  const settler = new Settler();
  const batch = new Batch();
  for (let seed = 1; batch.calls < BATCH_CALLS; seed++) {
    batch.beginProgram(seed);
    runGenerated(generator, settler, session, seed, (call) => batch.executed(session.world, call));
  }
  const request = batch.request();
  return {
    name: `${target} guest`,
    title: 'the raw loop inside the guest: the kernel executes and observes a prepared batch',
    async round() {
      const times = Math.ceil(commands / batch.calls);
      const answers = await Promise.all(Array.from({ length: times }, () => link.execute(request)));
      if (answers.some((answer) => answer.death !== undefined)) throw new Error(`${target} died in the benchmark`);
      return times * batch.calls;
    },
  };
}

function sessionOf(profile: Profile, link: Link): Session {
  return new Session({ profile: profile.name, rules: profile.rules, abi: link.abi });
}
