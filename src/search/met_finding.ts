/** A known bug of the kernel that a search met. It is listed, and is no new finding. */
export interface MetFinding {
  /** Of a known finding, or of a bug that a later release mends: A18. */
  readonly id: string;
  readonly title: string;
  /** Programs of the search that met it. */
  readonly programs: number;
  /** The first release without it: of the series, or of the mainline; null: no release. */
  readonly mendedIn: string | null;
  /** The commit that mends it, where a history or a finding names it. */
  readonly commit?: string;
}
