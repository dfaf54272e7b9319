// A condition's marks hint at system calls; programs with these come more often.
import { generateOn, ProgramGenerator } from '../../src/generate/generator';
import type { Scenario } from '../../src/generate/scenario';
import { OUTSIDE_BIND, OUTSIDE_TCP } from '../../src/generate/scenarios/outside';
import { hintsOf, withHints } from '../../src/reach/hints';
import { profileNamed } from '../../src/session/named';
import { sessionOf } from '../support/model';

const PROFILE = profileNamed('linux-6.12');
const PROGRAMS = 400;
const WORDS = hintsOf(['shinfo(from)->flags shared_frag']);

/** Programs that send a file or a pipe to a socket. */
function sendingBy(scenario: Scenario): number {
  const session = sessionOf(PROFILE);
  const generator = new ProgramGenerator(scenario, PROFILE, false);
  return Array.from({ length: PROGRAMS }, (_, seed) => {
    session.begin();
    return generateOn(generator, session.world, PROFILE.name, seed + 1).calls;
  }).filter((calls) => {
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
