/** A search that runs slice by slice, so that a worker can send and receive messages in between. */
export interface SlicedSearch {
  /** Programs executed so far. */
  readonly programs: number;
  /** Commands executed so far. */
  readonly commands: number;
  /**
   * Continues until about `commands` more commands are executed.
   * @returns false when the search is at its end
   */
  slice(commands: number): boolean | Promise<boolean>;
}
