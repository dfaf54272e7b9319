// A program with one more call before its guilty one says whether the state that this one meets has to be as it is.
import { ProgramGenerator } from '../../src/generate/generator';
import { areRelated, partsOf } from '../../src/generate/related';
import { SPLICE } from '../../src/generate/scenarios/splice';
import { parseProgram } from '../../src/program/parse';
import { printProgram } from '../../src/program/print';
import { profileNamed } from '../../src/session/named';
import { runOnModel } from '../../src/session/run_model';
import { withCallBefore } from '../../src/reach/call_before';
import { sessionOf } from '../support/model';

const PROFILE = profileNamed('linux-6.12');
const AT = 2;
const PROGRAM = parseProgram(
  `profile ${PROFILE.name}
skb1 = alloc_skb(size: 200)
skb2 = alloc_skb(size: 0)
skb_try_coalesce(to: skb2, from: skb1)
skb3 = skb_clone(skb: skb2)
`,
  'coalesced',
);
const SEEDS = 200;

const session = sessionOf(PROFILE);
const generator = new ProgramGenerator(SPLICE, PROFILE);
const varied = Array.from({ length: SEEDS }, (_, seed) =>
  withCallBefore(generator, session, PROGRAM, AT, seed),
).flatMap((one) => (one === undefined ? [] : [one]));

test('is the same program but for that call, whatever the call names', () => {
  for (const { program, command } of varied) {
    const calls = [...program.calls];
    const [added] = calls.splice(AT, 1);
    expect(added.command.name).toBe(command);
    expect(calls.map((call) => call.command.name)).toEqual(PROGRAM.calls.map((call) => call.command.name));
    // The clone behind it still has a name of its own.
    expect(parseProgram(printProgram(program), 'varied').calls).toHaveLength(PROGRAM.calls.length + 1);
    expect(program.calls[AT + 1].args).toEqual(PROGRAM.calls[AT].args);
  }
});

test('has a legal call of an object that the guilty call names', () => {
  for (const { program } of varied) {
    const outcomes: number[] = [];
    let isRelated = false;
    runOnModel(session, program, ({ call, outcome }) => {
      outcomes.push(outcome);
      if (outcomes.length === AT)
        isRelated = areRelated(
          partsOf(session.world, program.calls[AT]),
          partsOf(session.world, program.calls[AT + 1]),
        );
      if (outcomes.length === AT + 1) expect(call.command.name).toBe(program.calls[AT].command.name);
    });
    expect([isRelated, outcomes[AT] >= 0]).toEqual([true, true]);
  }
});

test('draws many commands', () => {
  expect(new Set(varied.map(({ command }) => command)).size).toBeGreaterThan(20);
});
