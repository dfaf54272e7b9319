import { ModelSearch, runGenerated } from '../src/search/search_model';
import { ProgramGenerator } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { Settler } from '../src/generate/settle';
import type { Call } from '../src/program/program';
import { PROFILES, type Profile } from '../src/rules/profiles';
import { Batch } from '../src/lockstep/batch';
import { Session } from '../src/session/session';
import type { Case } from './measure';

const PREPARED_PROGRAMS = 400;

/** The model in this process: searched with and without checks, executed without generating, recorded for lockstep. */
export function modelCases(commandsPerRound: number): Case[] {
  const scenario = findScenario('core') as Scenario;
  return PROFILES.flatMap((profile) => [
    searchCase(scenario, profile, true, commandsPerRound),
    searchCase(scenario, profile, false, commandsPerRound),
    preparedCase(scenario, profile, true, commandsPerRound),
    preparedCase(scenario, profile, false, commandsPerRound),
    recordCase(scenario, profile, commandsPerRound),
  ]);
}

/** The core's cases have the profile's name alone: the project's ratios are about them. */
export function searchCase(scenario: Scenario, profile: Profile, checks: boolean, commands: number): Case {
  const session = sessionOf(profile, checks);
  const limits = { commands: Infinity, findings: Infinity, stop: () => false };
  const search = new ModelSearch(scenario, profile, session, 1, limits);
  return {
    name: `${profile.name} search${ofScenario(scenario)}${checks ? '' : ', no checks'}`,
    title: `generate and execute${checks ? ', every invariant after every command' : ''}`,
    round() {
      const before = session.executed;
      search.slice(commands);
      return session.executed - before;
    },
  };
}

/** For names of cases. */
export function ofScenario({ name }: Scenario): string {
  return name === 'core' ? '' : ` ${name}`;
}

/** Programs that were generated before, so that the generator does not count. */
function preparedCase(scenario: Scenario, profile: Profile, checks: boolean, commands: number): Case {
  const programs = prepare(scenario, profile);
  const session = sessionOf(profile, checks);
  let next = 0;
  return {
    name: `${profile.name} execute${checks ? '' : ', no checks'}`,
    title: `execute prepared programs${checks ? ', every invariant after every command' : ''}`,
    round() {
      const before = session.executed;
      while (session.executed - before < commands) {
        session.begin();
        for (const call of programs[next++ % programs.length]) session.execute(call);
      }
      return session.executed - before;
    },
  };
}

/** The work of the host in lockstep besides waiting: generate, execute, observe and digest the world, encode. */
function recordCase(scenario: Scenario, profile: Profile, commands: number): Case {
  const session = sessionOf(profile, true);
  const generator = new ProgramGenerator(scenario, profile);
  const settler = new Settler();
  const batch = new Batch();
  let seed = 1;
  return {
    name: `${profile.name} record`,
    title: 'search, and the digest of the world after every command',
    round() {
      const before = session.executed;
      while (session.executed - before < commands) {
        batch.clear();
        batch.beginProgram(seed);
        runGenerated(generator, settler, session, seed++, (call) => batch.executed(session.world, call));
      }
      return session.executed - before;
    },
  };
}

function prepare(scenario: Scenario, profile: Profile): Call[][] {
  const session = sessionOf(profile, false);
  const generator = new ProgramGenerator(scenario, profile);
  const settler = new Settler();
  const programs: Call[][] = [];
  for (let seed = 1; seed <= PREPARED_PROGRAMS; seed++) {
    const calls: Call[] = [];
    runGenerated(generator, settler, session, seed, (call) => calls.push(call));
    programs.push(calls);
  }
  return programs;
}

function sessionOf(profile: Profile, checks: boolean): Session {
  return new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi, checks });
}
