import type { Program } from '../program/program';
import { groupsOf } from '../generate/slice';
import { findProfile } from '../rules/profiles';
import { Session } from '../session/session';
import type { ModelCoverage } from './coverage';
import { Features } from './features';

/** The features of a program; null when it fails or exceeds a limit of the world. */
export type Reached = readonly number[] | null;

/** Executes kept programs once more to measure their features. */
export class FeatureMeter {
  private readonly features = new Features();
  private readonly sessions = new Map<string, Session>();

  constructor(private readonly coverage: ModelCoverage | null = null) {}

  /** All features of a program on the rules of its profile, in ascending order. */
  reachedBy(program: Program): Reached {
    const { features, coverage } = this;
    const session = this.sessionOf(program.profile);
    session.begin();
    features.begin();
    coverage?.takeHits();
    for (const [host, ...others] of groupsOf(program)) {
      if (session.failed) return null;
      features.before(session.world, host);
      const { outcomes } = session.executeInterleaved(host, others);
      if (outcomes[0] >= 0) features.after(session.world, host, outcomes[0]);
      others.forEach((other, i) => {
        const outcome = outcomes[i + 1] ?? -1;
        if (outcome >= 0) features.beside(host, other, outcome);
      });
    }
    if (session.failed) return null;
    for (const branch of coverage?.takeHits() ?? []) features.addBranch(branch);
    return [...features.features].sort((a, b) => a - b);
  }

  private sessionOf(name: string): Session {
    let session = this.sessions.get(name);
    if (session === undefined) {
      const profile = findProfile(name);
      if (profile === undefined) throw new Error(`no profile ${name}`);
      session = new Session({ profile: name, rules: profile.rules, abi: profile.abi });
      this.sessions.set(name, session);
    }
    return session;
  }
}
