// A condition's marks hint at system calls; programs with these come more often.
import { SOCKET_OPTION_NAMES } from '../../src/commands/outside/socket/options';
import type { ArgumentPreference } from '../../src/generate/argument_preference';
import { generateOn, ProgramGenerator } from '../../src/generate/generator';
import type { Scenario } from '../../src/generate/scenario';
import { OUTSIDE_GRO, OUTSIDE_PATH } from '../../src/generate/scenarios/outside/links';
import { OUTSIDE_TCP } from '../../src/generate/scenarios/outside/sockets';
import type { Call } from '../../src/program/program';
import { hintsOf, preferenceFor, withHints } from '../../src/reach/hints';
import { profileNamed } from '../../src/session/named';
import { sessionOf } from '../support/model';

const PROFILE = profileNamed('linux-6.12');
const PROGRAMS = 400;
const WORDS = hintsOf(['shinfo(from)->flags shared_frag']);

/** The calls of programs with seeds from 1 on. */
function programsOf(scenario: Scenario, preference: ArgumentPreference | null = null): (readonly Call[])[] {
  const session = sessionOf(PROFILE);
  const generator = new ProgramGenerator(scenario, PROFILE, false);
  generator.preference = preference;
  return Array.from({ length: PROGRAMS }, (_, seed) => {
    session.begin();
    return generateOn(generator, session.world, PROFILE.name, seed + 1).calls;
  });
}

/** Programs that send a file or a pipe to a socket. */
function sendingBy(scenario: Scenario): number {
  return programsOf(scenario).filter((calls) => {
    const sockets = new Set<number>();
    return calls.some(({ command, args, result }) => {
      if (command.name === 'connected') sockets.add(result);
      const to = command.name === 'sendfile' ? 0 : command.name === 'splice' ? 1 : -1;
      return to >= 0 && sockets.has(args[to]);
    });
  }).length;
}

test('frags that others may write hint at files and pipes, which then are sent to sockets twice as often', () => {
  expect(sendingBy(withHints(OUTSIDE_TCP, WORDS))).toBeGreaterThan(2 * sendingBy(OUTSIDE_TCP));
});

test('user pages hint at the option that a socket needs for them, which is set twice as often', () => {
  const words = hintsOf(['shinfo(head_skb)->flags zerocopy']);
  const settingIt = (scenario: Scenario, preference: ArgumentPreference | null): number =>
    programsOf(scenario, preference).filter((calls) =>
      calls.some(({ command, args }) => command.name === 'setsockopt' && SOCKET_OPTION_NAMES[args[1]] === 'zerocopy'),
    ).length;
  const preference = preferenceFor(words);
  expect(settingIt(withHints(OUTSIDE_PATH, words), preference)).toBeGreaterThan(2 * settingIt(OUTSIDE_PATH, null));
});

test('a scenario without a hinted command or option stays as it is', () => {
  expect(withHints(OUTSIDE_GRO, WORDS)).toBe(OUTSIDE_GRO);
  expect(withHints(OUTSIDE_TCP, new Set())).toBe(OUTSIDE_TCP);
});

test('a mark that a packet must not have takes its system calls from the hints', () => {
  const shared = ['shinfo(skb)->flags shared_frag'];
  expect([...hintsOf(shared, ['shinfo(skb)->flags zerocopy'])]).toEqual(['splice', 'sendfile', 'vmsplice']);
  // One packet has it, another must not: the calls stay.
  expect(hintsOf(shared, ['shinfo(skb1)->flags shared_frag'])).toEqual(hintsOf(shared));
});

test('a function that takes a pipe hints at pipes that are made small', () => {
  const small = (scenario: Scenario): number =>
    programsOf(scenario).filter((calls) => calls.some(({ command }) => command.name === 'pipe_size')).length;
  expect(small(withHints(OUTSIDE_TCP, hintsOf(['pipe_inode_info'])))).toBeGreaterThan(2 * small(OUTSIDE_TCP));
});
