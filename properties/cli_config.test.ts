// Where an option has its value from: flag, variable, preset, file, default, in this order.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { commandTree } from '../src/cli/main';
import { commandsIn } from '../src/cli/help/add_help';
import { nameOf, variableOf } from '../src/cli/config/option_value';
import { PRESETS } from '../src/cli/config/presets';
import type { ListedSetting } from '../src/report/documents/list_document';
import { allSettings, applySettings, flagsOf, optionsOf } from '../src/cli/config/settings';
import { buildOnce, folderForTests, skbcheck } from './support/cli';

const folder = folderForTests('config');
let made = 0;

/** A folder with a configuration in the file. */
function withConfig(config: unknown, file = 'skbcheck.config.json'): string {
  const cwd = path.join(folder, String(made++));
  mkdirSync(cwd, { recursive: true });
  writeFileSync(path.join(cwd, file), typeof config === 'string' ? config : JSON.stringify(config));
  return cwd;
}

/** The settings of a command line. */
function settings(cwd: string, line = '', env: NodeJS.ProcessEnv = {}): ListedSetting[] {
  const tree = commandTree();
  return allSettings(tree, applySettings(tree, line.split(' '), env, cwd));
}

function settingOf(command: string, option: string, all: readonly ListedSetting[]): unknown {
  const found = all.find((one) => one.command === command && one.option === option);
  return found && [found.value, found.from];
}

/** The options that `fuzz` runs with. */
function optionsWith(cwd: string, line: string, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const tree = commandTree();
  applySettings(tree, line.split(' '), env, cwd);
  let seen: Record<string, unknown> = {};
  for (const { command } of commandsIn(tree)) command.action(() => void (seen = command.opts()));
  tree.parse(line.split(' '), { from: 'user' });
  return seen;
}

test('the first of flag, variable, preset, file and default that has a value counts', () => {
  const places = fc.record({ flag: fc.boolean(), variable: fc.boolean(), preset: fc.boolean(), file: fc.boolean() });
  fc.assert(
    fc.property(places, fc.boolean(), ({ flag, variable, preset, file }, general) => {
      const values = (value: string): unknown => (general ? { findings: value } : { fuzz: { findings: value } });
      const cwd = withConfig({
        ...(file ? (values('4') as object) : {}),
        presets: { mine: preset ? values('3') : {} },
      });
      const line = `fuzz core --preset mine${flag ? ' --findings 1' : ''}`;
      const { findings } = optionsWith(cwd, line, variable ? { SKBCHECK_FINDINGS: '2' } : {});
      expect(findings).toBe(flag ? '1' : variable ? '2' : preset ? '3' : file ? '4' : '8');
    }),
    { numRuns: 60 },
  );
});

test('list config tells the place of each value', () => {
  const cwd = withConfig({ time: '3s', fuzz: { findings: 2 } });
  const all = settings(cwd, 'list config --preset nightly', { SKBCHECK_MAX_STATES: '7' });
  expect(settingOf('fuzz', 'findings', all)).toEqual(['2', 'skbcheck.config.json']);
  expect(settingOf('fuzz', 'time', all)).toEqual(['1h', 'preset nightly']);
  expect(settingOf('mutants', 'time', all)).toEqual(['3s', 'skbcheck.config.json']);
  expect(settingOf('explore', 'max-states', all)).toEqual(['7', 'SKBCHECK_MAX_STATES']);
  expect(settingOf('fuzz', 'target', all)).toEqual(['model', 'default']);
});

test('every option of every command can stand in a file and in a variable', () => {
  const values = (name: string): string | boolean | string[] => (name === 'id' ? ['F3'] : 'x');
  for (const { words, command } of commandsIn(commandTree()).filter(({ words }) => words !== '')) {
    for (const option of optionsOf(command)) {
      const isFlag = option.isBoolean() || option.negate;
      const value = isFlag ? true : values(nameOf(option));
      if (nameOf(option) === 'preset') continue;
      expect(settingOf(words, nameOf(option), settings(withConfig({ [words]: { [nameOf(option)]: value } })))).toEqual([
        option.parseArg === undefined ? value : [value].flat(),
        'skbcheck.config.json',
      ]);
      const set = settings(folder, '', { [variableOf(option)]: isFlag ? '1' : 'x' });
      expect(settingOf(words, nameOf(option), set)).toEqual([
        isFlag ? true : option.parseArg === undefined ? 'x' : ['x'],
        variableOf(option),
      ]);
    }
  }
});

test.each([
  [{ tmie: '10m' }, "skbcheck.config.json: no option 'tmie', did you mean 'time'?"],
  [{ fuz: { time: '10m' } }, "skbcheck.config.json: no command 'fuz', did you mean 'fuzz'?"],
  [{ fuzz: { tmie: '10m' } }, "skbcheck.config.json: 'fuzz' has no option 'tmie', did you mean 'time'?"],
  [{ time: true }, "skbcheck.config.json: 'time' takes a text or a number, not true"],
  [{ fuzz: { abuse: 'yes' } }, 'skbcheck.config.json: \'abuse\' is true or false, not "yes"'],
  [{ presets: { ci: { fuzz: { tmie: 1 } } } }, "'fuzz' of preset 'ci' has no option 'tmie', did you mean 'time'?"],
  [{ preset: 'nigthly' }, "no preset 'nigthly', did you mean 'nightly'?; presets: ci, nightly, thorough"],
  [[], 'skbcheck.config.json: the configuration is no object'],
  ['{ time', 'cannot be read: '],
])('%j is refused in one line with the name of the file', (config, message) => {
  const cwd = withConfig(config);
  expect(() => settings(cwd)).toThrow(message);
  expect(() => settings(cwd)).not.toThrow(/\n/);
});

test.each(['.skbcheckrc', '.skbcheckrc.json', 'package.json'])('%s is read as well', (file) => {
  const values = { fuzz: { time: '9s' } };
  const cwd = withConfig(file === 'package.json' ? { skbcheck: values } : values, file);
  expect(settingOf('fuzz', 'time', settings(cwd))).toEqual(['9s', file]);
});

test('a list of flags replaces the list of a file', () => {
  const cwd = withConfig({ mutants: { id: ['F3', 'B1'] } });
  expect(optionsWith(cwd, 'mutants --id A11', {}).id).toEqual(['A11']);
  expect(optionsWith(cwd, 'mutants', {}).id).toEqual(['F3', 'B1']);
});

test('the values of presets are options that exist', () => {
  for (const name of Object.keys(PRESETS)) expect(() => settings(folder, `fuzz core --preset ${name}`)).not.toThrow();
});

test('the first line of a search has the values of a file as flags, so that it repeats the search alone', () => {
  buildOnce();
  const cwd = withConfig({ fuzz: { commands: '1_000', seed: '5d2c0e7f' }, branches: false });
  const { code, stderr } = skbcheck(['fuzz', 'core'], { cwd });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/seed 5d2c0e7f: npx skbcheck fuzz core --seed 5d2c0e7f --commands 1_000\n/) as string,
  });
  const tree = commandTree();
  const campaign = tree.commands.find((command) => command.name() === 'campaign');
  if (campaign === undefined) throw new Error('no campaign');
  expect(flagsOf(campaign, applySettings(tree, [], {}, cwd))).toEqual(['--no-branches']);
});
