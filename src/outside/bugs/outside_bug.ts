/**
 * A bug of a released kernel that user space can reach, which a search found blind, and which a later release mends.
 * The newest release of each series that people run is silent: others are under disclosure, and stand nowhere.
 */
export interface OutsideBug {
  /** The file of its reduced program: regressions/outside/NAME.skb. */
  readonly name: string;
  /** The bug in one sentence, without its end. */
  readonly title: string;
  /** Title of the commit that mends it; null: nobody looked for it with success. */
  readonly fix: string | null;
  /** The stable release that has the commit, and where that is written; null: the search for it had no success. */
  readonly mendedIn: { readonly release: string; readonly source: string } | null;
  /** Its name in the search: the promise and the command, see signatureOf. */
  readonly signature: string;
  readonly found: OutsideFound;
  /** Releases of Debian that show it, in 4 or 5 runs of 5 or of one death, the oldest first. */
  readonly shows: readonly string[];
  /** Releases of Debian that are silent in 5 runs, the oldest first. */
  readonly silent: readonly string[];
}

/** The search that found it first. */
export interface OutsideFound {
  readonly release: string;
  readonly scenario: string;
  /** Of the program as it was found, which `skbcheck` prints. */
  readonly seed: string;
  /** Of searching the scenario from its first program on, in seconds; boots and reductions are not in them. */
  readonly after_s: number;
}
