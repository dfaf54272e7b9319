import type { Exit } from './exit';
import { shellWords } from '../../report/shell_words';
import { note } from './output';
import { ownVersion } from './version';

/**
 * Prints the first line of a search on stderr: the version, the seed and the command line. A search that is killed has
 * told how to repeat it.
 *
 * @param seed - absent: the search draws nothing
 */
export function announce({ argv, flags = [] }: Exit, seed?: number | string): void {
  const title = `skbcheck ${ownVersion()}${seed === undefined ? '' : `, seed ${seed}`}`;
  note(`${title}: npx skbcheck ${shellWords([...argv, ...flags])}`);
}
