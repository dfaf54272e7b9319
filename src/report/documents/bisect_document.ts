/** `bisect`: the two releases between which a program begins to behave in another way. */
export interface BisectDocument {
  readonly file: string;
  /** Profile whose rules every release was compared with. */
  readonly profile: string;
  /** In the order of the questions. */
  readonly steps: readonly BisectStep[];
  /** Releases from the first to the last, both with them. */
  readonly releases: number;
  /** `model`: verdicts differ. `first`: answers differ from those of the first release, and verdicts do not. */
  readonly by?: 'model' | 'first';
  /** Null: the first and the last release do not differ. */
  readonly found: BisectFound | null;
}

export interface BisectStep {
  readonly release: string;
  /** As the kernel states it: 6.1.170 of Debian's 6.1.0-50; absent where it could not be asked. */
  readonly version?: string;
  /** `clean`, or the signature of the finding; null: the release could not be asked. */
  readonly signature: string | null;
  /** One line: the verdict, or why there is none. */
  readonly sentence: string;
  /** The answers to all calls are those of the first release; absent where one of the two gave none. */
  readonly answersAsFirst?: boolean;
}

export interface BisectFound {
  /** The last release that is as the first. */
  readonly before: string;
  readonly after: string;
  /** The finding appears, disappears, or becomes another one. */
  readonly change: 'appears' | 'disappears' | 'changes';
  /** Releases between the two that could not be asked. */
  readonly unusable: readonly string[];
  /** True when some of these were not fetched because the repository could not be reached. */
  readonly unfetched?: true;
  /** Command lines for a clone of the stable tree, which find the commit. */
  readonly next: readonly string[];
}
