// A kernel refuses model-only calls before it boots, and the command line of a report repeats the run.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { COMMANDS } from '../src/commands/registry';
import { commandsNamed } from '../src/generate/scenario';
import { SCENARIOS } from '../src/generate/scenarios/registry';
import { profileFor } from '../src/cli/support/fuzz/fuzz_profile';
import { UsageError } from '../src/session/errors';
import { buildOnce, folderForTests, skbcheck, type Ended } from './support/cli';

const USAGE = 2;
const FINDING = 1;
const folder = folderForTests('kernel-runs');
const run = (...args: string[]): Ended => skbcheck(args, { cwd: folder });

beforeAll(() => {
  buildOnce();
  const packet = 'rxq1 = xdp_rxq_info_reg()\npage1 = alloc_pages()\ndevice_write(page: page1, len: 100)\n';
  const prepared = `${packet}xdp1 = xdp_prepare_buff(rxq: rxq1, page: page1, len: 60)\n`;
  writeFileSync(
    path.join(folder, 'stolen.skb'),
    `profile linux-6.12\n${prepared}page2 = bpf_phys_dev_stolen(xdp: xdp1)\n`,
  );
  const chunks = `rxq1 = xdp_rxq_info_reg()
xdp_rxq_info_reg_mem_model(rxq: rxq1, type: xsk_buff_pool)
xdp1 = xsk_buff_alloc(rxq: rxq1, len: 64)
xdp2 = xsk_buff_alloc(rxq: rxq1, len: 64)
xsk_buff_add_frag(xdp: xdp1, frag: xdp2)
`;
  writeFileSync(path.join(folder, 'chunks.skb'), `profile linux-7.3\n${chunks}`);
  writeFileSync(path.join(folder, 'clean.skb'), 'profile linux-6.12\nskb1 = alloc_skb(size: 0)\n');
  const freed = 'skb1 = alloc_skb(size: 0)\nabuse_kfree_skb_twice(skb: skb1)\n';
  writeFileSync(path.join(folder, 'freed.skb'), `profile linux-6.12\n${freed}`);
});

describe('refused on a kernel, with exit code 2 and one line:', () => {
  const complaint = (line: RegExp, { code, stdout, stderr }: Ended): void => {
    expect(stderr).toMatch(line);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: USAGE, stdout: '' });
  };
  const why = /stolen\.skb runs on the model only, not on linux-6\.12: bpf_phys_dev_stolen: \w/;

  test('a program with a model-only call, by run and by reduce', () => {
    complaint(why, run('run', 'stolen.skb', '--target', 'linux-6.12'));
    complaint(why, run('reduce', 'stolen.skb', '--target', 'linux-6.12'));
    expect(run('run', 'stolen.skb').code).toBe(0);
  });

  test('the last of several programs, before the first has run', () => {
    complaint(why, run('run', 'clean.skb', 'stolen.skb', '--target', 'linux-6.12'));
  });

  test.each(SCENARIOS.filter(({ modelOnly }) => modelOnly !== undefined).map(({ name }) => name))(
    'the search of scenario %s',
    (name) => {
      const line = new RegExp(`scenario ${name} runs on the model only, not on linux-6\\.12: \\w`);
      complaint(line, run('fuzz', name, '--target', 'linux-6.12', '--commands', '10'));
    },
  );

  test('a program with a call that only newer kernels run, whatever profile it has', () => {
    const tooOld =
      /chunks\.skb runs on the model only, not on linux-6\.12: xsk_buff_add_frag: kernels run it from 6\.15 on/;
    complaint(tooOld, run('compare', 'linux-6.12', 'linux-7.3', 'chunks.skb'));
  });

  test('the search of a scenario that is not marked model-only, but has such a command', () => {
    const scenario = { ...SCENARIOS[0], commands: commandsNamed(['alloc_skb', 'bpf_phys_dev_stolen']) };
    expect(() => profileFor(scenario, 'linux-6.12', undefined, undefined)).toThrow(UsageError);
    expect(profileFor(scenario, 'model', 'linux-6.12', undefined)).toBe('linux-6.12');
  });
});

test('every scenario that kernels can run has only commands that kernels have', () => {
  const models = COMMANDS.filter(({ modelOnly }) => modelOnly !== undefined);
  expect(models.length).toBeGreaterThan(0);
  for (const { name, commands, modelOnly } of SCENARIOS)
    if (modelOnly === undefined) expect([name, commands.filter((each) => models.includes(each))]).toEqual([name, []]);
});

/** The words behind `reproduce: npx skbcheck` of a report. */
const reproduce = (report: string): string[] => /^reproduce: npx skbcheck (.*)$/m.exec(report)?.[1].split(' ') ?? [];

describe('the command line of a report', () => {
  test.each(['--abuse', '--abuse --provoke'])('has the options of the run: %s', (words) => {
    const options = words.split(' ');
    const { code, stdout } = run('run', 'freed.skb', ...options);
    expect(code).toBe(FINDING);
    expect(reproduce(stdout)).toEqual(['run', 'freed.skb', ...options]);
    expect(run(...reproduce(stdout))).toMatchObject({ code: FINDING, stdout });
  });
});
