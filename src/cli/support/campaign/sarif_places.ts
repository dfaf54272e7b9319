import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SarifPlaces } from '../../../report/sarif';

/**
 * The places of a campaign's files for a SARIF log. GitHub places a result whose file is named relative to the root of
 * the checkout, in which such a command usually runs.
 *
 * @param directory - of the campaign, as the user typed it
 * @param cwd - the root; a directory outside of it is a root of its own
 */
export function sarifPlaces(directory: string, cwd = process.cwd()): SarifPlaces {
  const inside = path.relative(cwd, path.resolve(cwd, directory));
  const isInside = inside !== '..' && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
  const root = isInside ? cwd : path.resolve(cwd, directory);
  const parts = isInside ? inside.split(path.sep).filter((part) => part !== '') : [];
  return {
    directory,
    root: pathToFileURL(`${root}${path.sep}`).href,
    prefix: parts.map((part) => `${encodeURIComponent(part)}/`).join(''),
  };
}
