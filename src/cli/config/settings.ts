import type { Command, Option } from 'commander';
import { commandsIn } from '../help/add_help';
import { UsageError } from '../../session/errors';
import { presetNamed, readConfigFile, type ConfigFile } from './config_file';
import { isRepeatable, nameOf, optionValue, variableOf, variableValue } from './option_value';
import type { Layer } from './presets';
import type { ListedSetting } from '../../report/documents/list_document';

const PRESET = 'preset';

/** Values with the place that they come from. */
interface Source {
  readonly from: string;
  readonly values: Layer;
}

/** Gives every command that does something the option `--preset`. */
export function addPresetOption(tree: Command): void {
  for (const { command, words } of commandsIn(tree))
    if (command.commands.length === 0 && words !== '')
      command.option(`--${PRESET} <name>`, 'take values from a preset: ci, nightly, thorough, or one of your file');
}

/**
 * Gives the options of all commands the values of variables, of a preset, and of a file. A flag of the command line
 * replaces them; they replace defaults.
 *
 * @param argv - words behind `skbcheck`, of which only `--preset` is read
 * @returns the values, by command and option
 * @throws UsageError when a file, a variable or the preset is wrong
 */
export function applySettings(tree: Command, argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): ListedSetting[] {
  const commands = commandsIn(tree).filter(({ words }) => words !== '');
  const byCommand = new Map(commands.map(({ words, command }) => [words, optionsOf(command).map(nameOf)]));
  const config = readConfigFile(cwd, { byCommand });
  const sources = sourcesOf(config, presetOf(argv, env, config));
  const settings: ListedSetting[] = [];
  for (const { words, command } of commands) {
    for (const option of optionsOf(command)) {
      replaceByFlags(command, option);
      const found = fromVariable(option, env) ?? fromSources(words, option, sources);
      if (found === undefined) continue;
      command.setOptionValueWithSource(option.attributeName(), found.value, 'config');
      settings.push({ command: words, option: nameOf(option), ...found });
    }
  }
  return settings;
}

/** Every option that has a value, those of defaults too. */
export function allSettings(tree: Command, applied: readonly ListedSetting[]): ListedSetting[] {
  return commandsIn(tree)
    .filter(({ words }) => words !== '')
    .flatMap(({ words, command }) =>
      optionsOf(command).flatMap((option) => {
        const name = nameOf(option);
        const setting = applied.find((one) => one.command === words && one.option === name);
        if (setting !== undefined) return [setting];
        const { defaultValue } = option;
        return defaultValue === undefined
          ? []
          : [{ command: words, option: name, value: defaultValue as unknown, from: 'default' }];
      }),
    );
}

/** The values that a command has of files and variables, as the flags that would give them. */
export function flagsOf(command: Command, applied: readonly ListedSetting[]): string[] {
  const words = wordsOf(command);
  return optionsOf(command).flatMap((option) => {
    const setting = applied.find((one) => one.command === words && one.option === nameOf(option));
    if (setting === undefined || isFlag(command, option.attributeName()) || nameOf(option) === PRESET) return [];
    const { value } = setting;
    if (typeof value === 'boolean') return value === (option.negate !== true) ? [option.long ?? option.flags] : [];
    return (Array.isArray(value) ? value : [value]).flatMap((one) => [option.long ?? option.flags, String(one)]);
  });
}

function wordsOf(command: Command): string {
  const above = command.parent === null || command.parent.parent === null ? '' : `${wordsOf(command.parent)} `;
  return `${above}${command.name()}`;
}

/** Returns whether the user gave the option on the command line: not a file, a variable or a default. */
export function isFlag(command: Command, attribute: string): boolean {
  return command.getOptionValueSource(attribute) === 'cli';
}

/** The options that a file can set: all but `--help`. */
export function optionsOf(command: Command): Option[] {
  return command.options.filter((option) => option.long !== '--help');
}

function presetOf(argv: readonly string[], env: NodeJS.ProcessEnv, config: ConfigFile | undefined): string | undefined {
  const at = argv.findIndex((word) => word === `--${PRESET}` || word.startsWith(`--${PRESET}=`));
  const flag = at < 0 ? undefined : (argv[at].split('=', 2)[1] ?? argv[at + 1]);
  const name = flag ?? env.SKBCHECK_PRESET ?? config?.values[PRESET];
  if (name === undefined || name === '') return undefined;
  if (typeof name === 'string') return name;
  throw new UsageError(`${config?.file}: '${PRESET}' is the name of a preset, not ${JSON.stringify(name)}`);
}

function sourcesOf(config: ConfigFile | undefined, preset: string | undefined): Source[] {
  return [
    ...(preset === undefined ? [] : [presetNamed(preset, config)]),
    ...(config === undefined ? [] : [{ from: config.file, values: config.values }]),
  ];
}

function fromVariable(option: Option, env: NodeJS.ProcessEnv): { value: unknown; from: string } | undefined {
  const text = env[variableOf(option)];
  return text === undefined ? undefined : { value: variableValue(option, text), from: variableOf(option) };
}

/** Values for the command stand above values for all commands. */
function fromSources(
  words: string,
  option: Option,
  sources: readonly Source[],
): { value: unknown; from: string } | undefined {
  const name = nameOf(option);
  for (const { from, values } of sources) {
    const own = values[words];
    if (isLayer(own) && Object.hasOwn(own, name)) return { value: optionValue(option, own[name], from), from };
    if (Object.hasOwn(values, name) && !isLayer(values[name]))
      return { value: optionValue(option, values[name], from), from };
  }
  return undefined;
}

function isLayer(value: unknown): value is Layer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of flags replaces a list of a file, and does not continue it. */
function replaceByFlags(command: Command, option: Option): void {
  const { parseArg } = option;
  if (parseArg === undefined || !isRepeatable(option)) return;
  option.parseArg = (value: string, before: unknown) =>
    parseArg(value, isFlag(command, option.attributeName()) ? before : option.defaultValue);
}
