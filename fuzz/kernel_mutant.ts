import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findScenario } from '../src/generate/scenarios/registry';
import type { Scenario } from '../src/generate/scenario';
import { TargetUnavailableError } from '../src/session/errors';

/** The fields of a patch before its first hunk. */
const FIELDS = ['Entry', 'Title', 'Breaks', 'Fix', 'Scenario', 'Shows'] as const;
type Header = Record<(typeof FIELDS)[number], string> & { readonly Model?: string };

/** A patch that brings an old bug back into a real kernel. */
export interface KernelMutant {
  /** The entry of the bug list. */
  readonly id: string;
  /** The id of the model's mutant, if it is not the entry's; such a mutant need not exist. */
  readonly model: string;
  /** `A11-elevated-refcount-recycled`. */
  readonly name: string;
  readonly title: string;
  readonly breaks: string;
  readonly fix: string;
  readonly scenario: Scenario;
  /** The signature that its program shows. */
  readonly shows: string;
  readonly patch: string;
  /** The file of the reduced program; it need not exist. */
  readonly program: string;
}

/** `kernel/mutants` of this checkout, whether this runs from fuzz/ or dist/fuzz/. */
export function mutantsFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const mutants = join(folder, 'kernel', 'mutants');
    if (existsSync(mutants)) return mutants;
  }
  throw new TargetUnavailableError(`no folder kernel/mutants above ${__dirname}`);
}

/** All patches of the folder, by letter and number. */
export function readKernelMutants(folder = mutantsFolder()): KernelMutant[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.patch'));
  const collator = new Intl.Collator('en', { numeric: true });
  return files.sort(collator.compare).map((file) => readKernelMutant(join(folder, file)));
}

export function readKernelMutant(patch: string): KernelMutant {
  const fields = headerOf(patch);
  const name = basename(patch, '.patch');
  const [id] = fields.Entry.split(' ', 1);
  const scenario = findScenario(fields.Scenario);
  if (scenario === undefined) throw new TargetUnavailableError(`${patch}: no scenario '${fields.Scenario}'`);
  return {
    id,
    model: fields.Model ?? id,
    name,
    title: fields.Title,
    breaks: fields.Breaks,
    fix: fields.Fix,
    scenario,
    shows: fields.Shows,
    patch,
    program: join(dirname(patch), `${name}.skb`),
  };
}

/** `Field: text`, and more of the text on indented lines. */
function headerOf(patch: string): Header {
  const [header] = readFileSync(patch, 'utf8').split(/^--- /m, 1);
  const found = new Map(
    [...header.matchAll(/^(\w+): (.*(?:\n {2}.*)*)/gm)].map(([, field, text]) => [field, text.replace(/\s+/g, ' ')]),
  );
  const missing = FIELDS.filter((field) => !found.get(field));
  if (missing.length > 0) throw new TargetUnavailableError(`${patch}: its header lacks ${missing.join(', ')}`);
  return Object.fromEntries(found) as Header;
}
