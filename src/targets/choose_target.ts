import { statSync } from 'node:fs';
import { profileOfVersion } from '../rules/kernel_profile';
import { findProfile, PROFILES, type Profile } from '../rules/profiles';
import { UsageError } from '../session/errors';
import { splitDriver } from './linux/outside/driver_target';
import type { Link } from '../lockstep/link';
import type { OpenTarget } from '../lockstep/limited_link';
import { availableTargets, bootTarget, isSeriesTarget, profileOfTarget } from './linux';
import { vmLink } from './linux/link';
import { ProcessLink } from './process';
import { didYouMeanId } from '../program/did_you_mean';
import { profileNamed } from '../session/named';

/** The series that a search of all targets takes. */
const LISTED = PROFILES.map(({ release }) => release).join(', ');

/** `model`, or a function that opens the named target. */
export type TargetChoice =
  { readonly kind: 'model' } | { readonly kind: 'link'; readonly name: string; readonly open: OpenTarget };

/**
 * @param name - model, linux-6.1, linux-6.12, a directory with a bzImage and a build tree, or a program that speaks the
 *   protocol
 * @param profileName - the profile to compare with, where the target does not determine it
 * @param say - called with a line for each slow step
 */
export function chooseTarget(name: string, profileName: string | undefined, say: (line: string) => void): TargetChoice {
  if (name === 'model') return { kind: 'model' };
  const modelOnly = profileName === undefined ? undefined : findProfile(profileName)?.modelOnly;
  if (modelOnly !== undefined && isKernel(name))
    throw new UsageError(`profile ${profileName} runs on the model only, not on ${name}: ${modelOnly}`);
  if (isSeriesTarget(name)) {
    const profile = seriesProfile(name, profileName);
    return {
      kind: 'link',
      name,
      open: async (signal) => vmLink(name, await bootTarget(name, { say, signal }), profile),
    };
  }
  const kind = kindOfPath(name);
  if (kind === 'none') throw noTarget(name);
  if (kind === 'directory')
    return { kind: 'link', name, open: (signal) => openDirectory(name, profileName, say, signal) };
  const profile = profileNamed(profileName ?? PROFILES[PROFILES.length - 1].name);
  return { kind: 'link', name, open: (signal) => ProcessLink.open(name, profile, { signal }) };
}

function noTarget(name: string): UsageError {
  const release = /^(?:linux-)?v?(\d+\.\d[\w.+~-]*)$/.exec(name)?.[1];
  const isNamedOtherwise = release !== undefined && isSeriesTarget(`linux-${release}`);
  const known = ['model', ...PROFILES.map((profile) => profile.name)];
  const hint = isNamedOtherwise ? `, did you mean 'linux-${release}'?` : didYouMeanId(name, known);
  const next =
    release !== undefined && !isNamedOtherwise
      ? `to set it up: npx skbcheck kernel setup ${release}`
      : 'a target is also a directory with a bzImage and a build tree, or a program';
  return new UsageError(`no target '${name}'${hint}; set up: ${['model', ...availableTargets()].join(', ')}; ${next}`);
}

/**
 * The kernels that are set up, of the series that `list profiles` shows. Each kernel of another series takes as long as
 * one of these: it is compared only where the user names it.
 * @param note - called with a line that names the kernels left out
 */
export function targetsWithProfile(note: (line: string) => void): string[] {
  const isListed = (target: string): boolean =>
    PROFILES.some(({ name }) => target === name || target.startsWith(`${name}.`));
  const setUp = availableTargets();
  const others = setUp.filter((target) => !isListed(target));
  if (others.length > 0) note(`left out, since a search takes ${LISTED}: ${others.join(', ')}; name one as target`);
  return setUp.filter(isListed);
}

/** Returns whether the target is a kernel in a VM: Debian's, or the user's own. */
export function isKernel(target: string): boolean {
  const { kernel } = splitDriver(target);
  return kernel !== 'model' && (isSeriesTarget(kernel) || kindOfPath(kernel) === 'directory');
}

function seriesProfile(name: string, profileName: string | undefined): Profile {
  const profile = profileOfTarget(name);
  if (profileName !== undefined && profileName !== profile.name) {
    throw new UsageError(
      `target ${name} is compared with profile ${profile.name}, not with ${profileName}; ` +
        'write it in the profile line of the program, or leave out --profile',
    );
  }
  return profile;
}

/** Opens a user's kernel, which is compared with the requested profile or that of its version. */
async function openDirectory(
  name: string,
  profileName: string | undefined,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<Link> {
  const vm = await bootTarget(name, { say, signal });
  const profile = profileName === undefined ? profileOfVersion(vm.abi.linuxVersionCode) : profileNamed(profileName);
  return vmLink(name, vm, profile);
}

function kindOfPath(path: string): 'directory' | 'file' | 'none' {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'file';
  } catch {
    return 'none';
  }
}
