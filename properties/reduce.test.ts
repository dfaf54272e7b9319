// The reducer: its result still fails, is as small as possible, and never uses a name that no line defines.

import fc from 'fast-check';
import { reduceOnModel } from '../src/search/reduce_finding';
import type { CommandName } from '../src/commands/command_name';
import { COMMANDS } from '../src/commands/registry';
import { generateProgram } from '../src/generate/generator';
import type { Scenario } from '../src/generate/scenario';
import { findScenario } from '../src/generate/scenarios/registry';
import { shorterPrograms, sidewaysPrograms } from '../src/generate/shorter';
import { isHandleArg } from '../src/commands/arg_range';
import { candidates } from './support/candidates';
import { reduce, reduceAsync } from '../src/reduce/reduce';
import { programs } from '../src/generate/arbitrary';
import { parseProgram } from '../src/program/parse';
import { printProgram } from '../src/program/print';
import type { Call, Program } from '../src/program/program';
import { signatureOf } from '../src/session/verdict';
import { valueOf } from './support/bench';
import { brokenProfile, mutantOf, profileOf, programOf, sessionOf, verdictOf } from './support/model';

const FC_SEED = 1368;
const BUDGET = { maxExecutions: 20_000 };

const program = (text: string): Program => parseProgram(`profile linux-6.12\n${text}`, 'text');
const names = (reduced: Program): string[] => reduced.calls.map((call) => call.command.name);

/** Returns whether every handle is defined by an earlier line, once. */
function isWellFormed({ calls, names: table }: Program): boolean {
  const defined = new Set<number>();
  return calls.every(({ command, args, result }) => {
    const used = command.args.every(
      (arg, i) => !isHandleArg(arg) || (args[i] < 0 && arg.optional) || defined.has(args[i]),
    );
    if (result >= 0 && (defined.has(result) || result >= table.length)) return false;
    defined.add(result);
    return used;
  });
}

/** References of skb names as a toy kernel counts them: skb_get adds one to the object, kfree_skb takes one. */
function countedRefs(calls: readonly Call[], onUse: (refs: number, call: Call) => void): void {
  const objects = new Map<number, { refs: number }>();
  for (const call of calls) {
    const [first] = call.args;
    const object = objects.get(first);
    if (call.command.name === 'alloc_skb') objects.set(call.result, { refs: 1 });
    else if (object === undefined) continue;
    else if (call.command.name === 'skb_get') {
      object.refs++;
      objects.set(call.result, object);
    } else if (call.command.name === 'kfree_skb') {
      object.refs--;
      objects.delete(first);
    } else onUse(object.refs, call);
  }
}

describe('a reduced program', () => {
  test('is minimal for a call that needs its objects', () => {
    const found = program(`
      sock1 = sk_alloc()
      pool1 = page_pool_create(order: 1, pool_size: 16, flags: dma_map)
      skb1 = alloc_skb(size: 1024)
      skb_put(skb: skb1, len: 100)
      skb2 = skb_clone(skb: skb1, fail: 1)
      page1 = page_pool_alloc_pages(pool: pool1)
      skb_set_owner_w(skb: skb2, sock: sock1, context: softirq)
      kfree_skb(skb: skb1)
      put_page(page: page1)
      consume_skb(skb: skb2)
    `);
    const charges = (candidate: Program): boolean => names(candidate).includes('skb_set_owner_w');
    const { program: reduced, exhausted } = reduce(found, charges, BUDGET);
    expect(exhausted).toBe(false);
    expect(printProgram(reduced)).toBe(
      'profile linux-6.12\nsock1 = sk_alloc()\nskb1 = alloc_skb(size: 0)\nskb_set_owner_w(skb: skb1, sock: sock1)\n',
    );
  });

  test('loses get and put in pairs: neither can go alone (500 programs)', () => {
    const pairs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(pairs, (steps) => {
        // The bug needs a use at exactly one reference. Every get is followed by a put somewhere later.
        const lines = ['skb1 = alloc_skb(size: 8)'];
        const open: string[] = [];
        let count = 1;
        for (const step of steps) {
          if (step < 2) {
            count++;
            lines.push(`skb${count} = skb_get(skb: skb1)`);
            open.push(`skb${count}`);
          } else if (open.length > 0) lines.push(`kfree_skb(skb: ${open.splice((step - 2) % open.length, 1)[0]})`);
        }
        for (const name of open) lines.push(`kfree_skb(skb: ${name})`);
        lines.push('skb_orphan(skb: skb1)');
        const balanced = (candidate: Program): boolean => {
          let shown = false;
          const gets = names(candidate).filter((name) => name === 'skb_get').length;
          const puts = names(candidate).filter((name) => name === 'kfree_skb').length;
          countedRefs(candidate.calls, (refs) => (shown ||= refs === 1));
          return shown && gets === puts;
        };
        const { program: reduced } = reduce(program(lines.join('\n')), balanced, BUDGET);
        expect(names(reduced)).toEqual(['alloc_skb', 'skb_orphan']);
      }),
      { seed: FC_SEED, numRuns: 500 },
    );
  });

  test('uses the skb instead of its clone', () => {
    const found = program(`
      skb1 = alloc_skb(size: 64)
      skb2 = skb_clone(skb: skb1)
      skb3 = skb_get(skb: skb2)
      skb4 = skb_copy(skb: skb3)
      skb_orphan(skb: skb4)
    `);
    const { program: reduced } = reduce(found, (candidate) => names(candidate).includes('skb_orphan'), BUDGET);
    expect(names(reduced)).toEqual(['alloc_skb', 'skb_orphan']);
  });

  test('makes an skb directly from another, instead of a new one that becomes like it', () => {
    const found = program(`skb1 = alloc_skb(size: 64)
skb2 = alloc_skb(size: 0)
skb_morph(dst: skb2, src: skb1)
skb_put(skb: skb1, len: 1)
`);
    const shares = ({ calls }: Program): boolean =>
      calls.some(
        (call) =>
          call.command.name === 'skb_clone' ||
          (call.command.name === 'skb_morph' && valueOf(call, 'dst') !== valueOf(call, 'src')),
      ) && calls.some(({ command }) => command.name === 'skb_put');
    const reduced = reduce(found, shares, BUDGET).program;
    expect(names(reduced)).toEqual(['alloc_skb', 'skb_clone', 'skb_put']);
  });

  test('has the smallest numbers that still fail, together where they must agree', () => {
    const found = program(`
      skb1 = alloc_skb(size: 4000)
      skb_put(skb: skb1, len: 3000)
      skb_pull(skb: skb1, len: 3000)
    `);
    const agrees = ({ calls }: Program): boolean => {
      const value = (name: CommandName, arg: string): number => {
        const call = calls.find(({ command }) => command.name === name);
        return call === undefined ? -1 : valueOf(call, arg);
      };
      const len = value('skb_put', 'len');
      return value('alloc_skb', 'size') >= 1111 && len > 2 && len === value('skb_pull', 'len');
    };
    const { calls } = reduce(found, agrees, BUDGET).program;
    expect(valueOf(calls[0], 'size')).toBe(1111);
    expect(valueOf(calls[1], 'len')).toBeLessThan(6);
  });

  test('has ids that follow each other from the start on', () => {
    const found = program(`
      skb1 = alloc_skb(size: 0)
      skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0, seq: 125198, id: 23076)
      skb_put_packet(skb: skb1, len: 1, proto: tcp, flow: 0, seq: 125201, id: 23077)
    `);
    const follow = ({ calls }: Program): boolean =>
      calls.length === 3 &&
      valueOf(calls[2], 'id') === valueOf(calls[1], 'id') + 1 &&
      valueOf(calls[2], 'seq') === valueOf(calls[1], 'seq') + 3;
    const { program: reduced, executions } = reduce(found, follow, BUDGET);
    expect(reduced.calls.slice(1).map((call) => [valueOf(call, 'id'), valueOf(call, 'seq')])).toEqual([
      [0, 0],
      [1, 3],
    ]);
    expect(executions).toBeLessThan(500);
  });

  test('loses a call together with the calls that another count needs', () => {
    const found = program(`
      skb1 = alloc_skb(size: 0)
      skb2 = alloc_skb(size: 0)
      skb3 = alloc_skb(size: 0)
      skb4 = skb_clone(skb: skb1, fail: 3)
    `);
    const counts = ({ calls }: Program): boolean => {
      const clone = calls.find(({ command }) => command.name === 'skb_clone');
      return clone !== undefined && clone.fail === calls.filter(({ command }) => command.name === 'alloc_skb').length;
    };
    expect(printProgram(reduce(found, counts, BUDGET).program)).toBe(
      'profile linux-6.12\nskb1 = alloc_skb(size: 0)\nskb2 = skb_clone(skb: skb1, fail: 1)\n',
    );
  });

  test('is preferred over another program of the same length, where none is shorter', () => {
    const found = program('sock1 = sk_alloc()\nskb1 = alloc_skb(size: 0)\nskb_set_owner_w(skb: skb1, sock: sock1)\n');
    const other = program('sock1 = sk_alloc()\nskb1 = alloc_skb(size: 0)\nskb_orphan(skb: skb1)\n');
    const shown = [names(found), names(other), names(other).slice(1)].map((commands) => commands.join());
    const shows = (candidate: Program): boolean => shown.includes(names(candidate).join());
    const sideways = (): Program[] => [other];
    expect(names(reduce(found, shows, BUDGET).program)).toEqual(names(found));
    const { program: reduced, phases } = reduce(found, shows, { ...BUDGET, sideways });
    expect(names(reduced)).toEqual(['alloc_skb', 'skb_orphan']);
    expect(phases.find(({ name }) => name === 'go sideways')?.accepted).toBe(1);
  });

  test('shows the same failure and no other (slippage)', () => {
    // Two bugs in one program; the predicate wants the rare one, although the other needs fewer calls.
    const found = program(`
      skb1 = alloc_skb(size: 64)
      skb2 = alloc_skb(size: 64)
      page1 = alloc_pages()
      put_page(page: page1)
      skb_put(skb: skb2, len: 40)
      skb3 = skb_clone(skb: skb2)
      skb_trim(skb: skb2, len: 0)
    `);
    const signature = (candidate: Program): string => {
      const has = (name: string): boolean => names(candidate).includes(name);
      if (has('skb_clone') && has('skb_trim') && has('skb_put')) return 'rare';
      return has('put_page') ? 'shallow' : 'clean';
    };
    const { program: reduced } = reduce(found, (candidate) => signature(candidate) === 'rare', BUDGET);
    expect(signature(reduced)).toBe('rare');
    expect(names(reduced)).toEqual(['alloc_skb', 'skb_put', 'skb_clone', 'skb_trim']);
  });

  test('of any generated program is one call, for a command that needs no object', () => {
    const roots = COMMANDS.filter((command) => command.args.every((arg) => !isHandleArg(arg)));
    fc.assert(
      fc.property(programs(), fc.constantFrom(...roots), (found, root) => {
        fc.pre(names(found).includes(root.name));
        const { program: reduced } = reduce(found, (candidate) => names(candidate).includes(root.name), BUDGET);
        expect(names(reduced)).toEqual([root.name]);
      }),
      { seed: FC_SEED, numRuns: 300 },
    );
  });
});

describe('the search for it', () => {
  test('only tries programs that are well formed, smaller, and new', () => {
    fc.assert(
      fc.property(programs(), fc.integer({ min: 2, max: 6 }), (found, every) => {
        const tried = new Set<string>();
        let best = found;
        reduce(
          found,
          (candidate) => {
            const text = printProgram(candidate);
            expect(isWellFormed(candidate)).toBe(true);
            expect(candidate.calls.length).toBeLessThanOrEqual(best.calls.length);
            expect(tried.has(text)).toBe(false);
            tried.add(text);
            const fails = text.length % every === 0;
            if (fails) best = candidate;
            return fails;
          },
          { maxExecutions: 300 },
        );
      }),
      { seed: FC_SEED, numRuns: 200 },
    );
  });

  test('keeps to its budget and reports its cost', async () => {
    const [found] = fc.sample(programs(), { seed: FC_SEED, numRuns: 1 });
    for (const maxExecutions of [0, 1, 10, 100]) {
      let executions = 0;
      const result = await reduceAsync(found, () => Promise.resolve(executions++ % 2 === 0), { maxExecutions });
      expect(executions).toBeLessThanOrEqual(maxExecutions);
      expect(result.executions).toBe(executions);
      expect(result.phases.reduce((sum, phase) => sum + phase.executions, 0)).toBe(executions);
    }
    const stopped = reduce(found, () => true, { maxExecutions: 100, expired: () => true });
    expect(stopped).toMatchObject({ executions: 0, exhausted: true });
  });

  test('numbers the remaining names in the order of definition, even at the end of its budget', () => {
    const found = program('skb7 = alloc_skb(size: 64)\nskb9 = skb_clone(skb: skb7)\nskb_orphan(skb: skb9)\n');
    const fails = (candidate: Program): boolean => names(candidate).includes('skb_orphan');
    for (let maxExecutions = 1; maxExecutions < 20; maxExecutions++) {
      const { program: reduced, executions } = reduce(found, fails, { maxExecutions });
      expect(executions).toBeLessThanOrEqual(maxExecutions);
      expect(reduced.names[0]).toBe('skb1');
    }
  });

  test('is the same for answers that come at once and later', async () => {
    for (const found of fc.sample(programs(), { seed: FC_SEED, numRuns: 20 })) {
      const fails = (candidate: Program): boolean =>
        names(candidate).filter((name) => name.startsWith('skb')).length >= 3;
      const later = await reduceAsync(found, (candidate) => Promise.resolve(fails(candidate)), BUDGET);
      const atOnce = reduce(found, fails, BUDGET);
      expect(printProgram(later.program)).toBe(printProgram(atOnce.program));
      expect(later.executions).toBe(atOnce.executions);
    }
  });

  test('saves executions where the failing call is known', () => {
    const [found] = fc.sample(programs(), { seed: FC_SEED, numRuns: 1 });
    const failedAt = found.calls.length >> 1;
    const target = found.calls[failedAt].command.name;
    const fails = (candidate: Program): boolean => names(candidate).includes(target);
    let first: Program | undefined;
    reduce(found, (candidate) => ((first ??= candidate), fails(candidate)), { ...BUDGET, failedAt });
    expect(first?.calls.length).toBe(failedAt + 1);
  });
});

describe('programs that are made anew', () => {
  const profile = profileOf('linux-6.12');
  const generated = (scenario: string, seed: number): Program =>
    generateProgram({ ...(findScenario(scenario) as Scenario), length: { min: 4, usual: 12, max: 12 } }, profile, seed);

  test.each(['core', 'gro', 'races', 'xdp', 'splice'])(
    'are well formed, no longer, parse, and are the same every time (%s)',
    (scenario) => {
      let made = 0;
      for (let seed = 1; seed <= 10; seed++) {
        const start = generated(scenario, seed);
        const all = (): Program[] => [
          ...shorterPrograms(start, profile, 200),
          ...sidewaysPrograms(start, profile, 100),
        ];
        const texts = all().map((other) => {
          expect(isWellFormed(other)).toBe(true);
          expect(other.calls.length).toBeLessThanOrEqual(start.calls.length);
          const text = printProgram(other);
          expect(printProgram(parseProgram(text, 'text'))).toBe(text);
          return text;
        });
        made += texts.length;
        expect(all().map(printProgram)).toEqual(texts);
      }
      expect(made).toBeGreaterThan(500);
    },
  );

  test('take a packet to GRO by the shorter route', () => {
    const mutant = mutantOf('C14');
    const found = programOf(
      profileOf(mutant.profile),
      `seed v1:gro:1
napi1 = netif_napi_add()
page1 = alloc_pages()
device_write_packet(page: page1, len: 512, proto: tcp, flow: 1)
napi_add_rx_frag(napi: napi1, page: page1, size: 566, truesize: 566, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
page2 = alloc_pages()
device_write_packet(page: page2, len: 511, proto: tcp, flow: 1, seq: 512)
napi_add_rx_frag(napi: napi1, page: page2, size: 565, truesize: 565, context: softirq)
napi_gro_frags(napi: napi1, context: softirq)
`,
    );
    const session = sessionOf(brokenProfile(mutant));
    const signature = signatureOf(verdictOf(session, found));
    const { program: reduced, phases } = reduceOnModel(session, found, signature);
    expect(signatureOf(verdictOf(session, reduced))).toBe(signature);
    expect(reduced.calls.length).toBe(8);
    expect(names(reduced)).toContain('napi_gro_receive');
    expect(phases.find(({ name }) => name === 'make anew')?.dropped).toBeGreaterThan(0);
  });
});

describe('as an arbitrary', () => {
  test('shrinks a program that was loaded from a file', () => {
    const [saved] = fc.sample(programs(), { seed: FC_SEED, numRuns: 1 });
    const loaded = parseProgram(printProgram(saved), 'saved.skb');
    const target =
      loaded.calls.find((call) => call.result >= 0 && !call.command.args.some(isHandleArg))?.command.name ?? '';
    const details = fc.check(
      fc.property(programs(), (candidate) => !names(candidate).includes(target)),
      { examples: [[loaded]], numRuns: 1 },
    );
    expect(details.failed).toBe(true);
    expect(details.numShrinks).toBeGreaterThan(0);
    expect(names((details.counterexample as [Program])[0])).toEqual([target]);
  });

  test('prints counterexamples as text that parses', () => {
    const [sample] = fc.sample(programs(), { seed: FC_SEED, numRuns: 1 });
    expect(parseProgram(fc.stringify(sample), 'text').calls.length).toBe(sample.calls.length);
  });

  test('shrinks to an end: no candidate leads back', () => {
    const arbitrary = programs();
    for (const sample of fc.sample(arbitrary, { seed: FC_SEED, numRuns: 5 })) {
      let current: Program = sample;
      let steps = 0;
      for (; steps < 5_000; steps++) {
        const next = candidates(current).next();
        if (next.done === true) break;
        current = next.value.program;
        expect(isWellFormed(current)).toBe(true);
      }
      expect(steps).toBeLessThan(5_000);
    }
  });
});
