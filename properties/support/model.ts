import { generateOn, ProgramGenerator } from '../../src/generate/generator';
import type { Scenario } from '../../src/generate/scenario';
import { findScenario } from '../../src/generate/scenarios/registry';
import { World } from '../../src/model/world/world';
import { parseProgram } from '../../src/program/parse';
import type { Program } from '../../src/program/program';
import { findMutant, profileWith, type Mutant } from '../../src/rules/mutants';
import { findProfile, type Profile } from '../../src/rules/profiles';
import { runOnModel } from '../../src/session/run_model';
import { Session, type SessionOptions } from '../../src/session/session';
import type { Verdict } from '../../src/session/verdict';

/** The profile with that name; fails when there is none. */
export function profileOf(name: string): Profile {
  const profile = findProfile(name);
  if (profile === undefined) throw new Error(`no profile ${name}`);
  return profile;
}

/** The mutant with that id; fails when there is none. */
export function mutantOf(id: string): Mutant {
  const mutant = findMutant(id);
  if (mutant === undefined) throw new Error(`no mutant ${id}`);
  return mutant;
}

/** The profile as its mutant changes it. */
export function brokenProfile(mutant: Mutant): Profile {
  return profileWith(profileOf(mutant.profile), mutant);
}

/** A session with the rules and sizes of a profile. */
export function sessionOf(profile: Profile, options: Pick<SessionOptions, 'abuse' | 'checks'> = {}): Session {
  return new Session({ profile: profile.name, rules: profile.rules, abi: profile.abi, ...options });
}

/** Text without its `profile` line, as a program. */
export function programOf(profile: Profile, text: string): Program {
  return parseProgram(`profile ${profile.name}\n${text}`, 'text');
}

/** The verdict of a program on the model. */
export function verdictOf(session: Session, program: Program): Verdict {
  return runOnModel(session, program).verdict;
}

/** The programs of `count` seeds of the core scenario, from `seed` on. */
export function programsFrom(profile: Profile, seed: number, count: number): Program[] {
  const generator = new ProgramGenerator(findScenario('core') as Scenario, profile);
  const world = new World(profile.rules, profile.abi);
  return Array.from({ length: count }, (_, i) => {
    world.reset(profile.rules, profile.abi);
    return generateOn(generator, world, profile.name, (seed + i) >>> 0);
  });
}
