// A condition's marks hint at system calls; programs with these come more often.
import { generateOn, ProgramGenerator } from '../../src/generate/generator';
import type { Scenario } from '../../src/generate/scenario';
import { OUTSIDE_BIND, OUTSIDE_TCP } from '../../src/generate/scenarios/outside/sockets';
import type { Call } from '../../src/program/program';
import { hintsOf, withHints } from '../../src/reach/hints';
import { profileNamed } from '../../src/session/named';
import { sessionOf } from '../support/model';

const PROFILE = profileNamed('linux-6.12');
const PROGRAMS = 400;
const WORDS = hintsOf(['shinfo(from)->flags shared_frag']);

/** The calls of programs with seeds from 1 on. */
function programsOf(scenario: Scenario): (readonly Call[])[] {
  const session = sessionOf(PROFILE);
  const generator = new ProgramGenerator(scenario, PROFILE, false);
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

test('a scenario without a hinted command stays as it is', () => {
  expect(withHints(OUTSIDE_BIND, WORDS)).toBe(OUTSIDE_BIND);
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
