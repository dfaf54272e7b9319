import type { Exit } from './exit';
import { note } from './output';
import { ownVersion } from './version';

/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Prints the first line of a search on stderr: the version, the seed and the command line. A search that is killed has
 * told how to repeat it.
 *
 * @param seed - absent: the search draws nothing
 */
export function announce({ argv }: Exit, seed?: number | string): void {
  const words = argv.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  note(`skbcheck ${ownVersion()}${seed === undefined ? '' : `, seed ${seed}`}: npx skbcheck ${words.join(' ')}`);
}
