import path from 'node:path';
import { lilconfigSync } from 'lilconfig';
import { didYouMean } from '../../program/did_you_mean';
import { firstLine, UsageError } from '../../session/errors';
import { PRESETS, type Layer } from './presets';

const PLACES = ['skbcheck.config.json', '.skbcheckrc', '.skbcheckrc.json', 'package.json'];

/** The values of a file. */
export interface ConfigFile {
  /** As people read it: relative where that is shorter. */
  readonly file: string;
  readonly values: Layer;
  readonly presets: Readonly<Record<string, Layer>>;
}

/** Which options each command has, to check a file. */
export interface KnownOptions {
  /** By the words of a command: the names of its options, without dashes. */
  readonly byCommand: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds and checks the nearest configuration, from a folder upwards.
 *
 * @returns undefined when there is none
 * @throws UsageError in one line with the file's name when it has a key that means nothing
 */
export function readConfigFile(cwd: string, known: KnownOptions): ConfigFile | undefined {
  const search = lilconfigSync('skbcheck', { searchPlaces: PLACES, cache: false });
  let found: ReturnType<typeof search.search>;
  try {
    found = search.search(cwd);
  } catch (error) {
    throw new UsageError(`a configuration above ${cwd} cannot be read: ${firstLine(error)}`);
  }
  if (found === null || found.isEmpty === true) return undefined;
  const relative = path.relative(cwd, found.filepath);
  const file = relative.length < found.filepath.length ? relative : found.filepath;
  const { presets = {}, ...values } = layerOf(file, 'the configuration', found.config);
  const layers = layerOf(file, "'presets'", presets);
  checkLayer(file, '', values, known);
  for (const [name, layer] of Object.entries(layers))
    checkLayer(file, ` of preset '${name}'`, layerOf(file, `preset '${name}'`, layer), known);
  return { file, values, presets: layers as Record<string, Layer> };
}

/**
 * The values of a preset, with the place that they come from.
 *
 * @throws UsageError when no preset has the name
 */
export function presetNamed(
  name: string,
  config: ConfigFile | undefined,
): { readonly from: string; readonly values: Layer } {
  const own = config?.presets;
  if (config !== undefined && own !== undefined && Object.hasOwn(own, name))
    return { from: `preset ${name} of ${config.file}`, values: own[name] };
  if (Object.hasOwn(PRESETS, name)) return { from: `preset ${name}`, values: PRESETS[name] };
  const names = [...new Set([...Object.keys(PRESETS), ...Object.keys(own ?? {})])];
  throw new UsageError(`no preset '${name}'${didYouMean(name, names)}; presets: ${names.join(', ')}`);
}

function layerOf(file: string, what: string, value: unknown): Layer {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Layer;
  throw new UsageError(`${file}: ${what} is no object { … }`);
}

function checkLayer(file: string, where: string, layer: Layer, { byCommand }: KnownOptions): void {
  const options = [...new Set([...byCommand.values()].flat())];
  const commands = [...byCommand.keys()];
  for (const [key, value] of Object.entries(layer)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (!options.includes(key))
        throw new UsageError(`${file}: no option '${key}'${where}${didYouMean(key, [...options, ...commands])}`);
      continue;
    }
    const known = byCommand.get(key);
    if (known === undefined) throw new UsageError(`${file}: no command '${key}'${where}${didYouMean(key, commands)}`);
    for (const option of Object.keys(value))
      if (!known.includes(option))
        throw new UsageError(`${file}: '${key}'${where} has no option '${option}'${didYouMean(option, known)}`);
  }
}
