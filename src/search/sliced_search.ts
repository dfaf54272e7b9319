/** What searches a lease in a worker: slice by slice, so that signs of life and messages come through in between. */
export interface SlicedSearch {
  /** Executed so far. */
  readonly programs: number;
  readonly commands: number;
  /**
   * Search on until about `commands` more are executed.
   * @returns false when the lease is searched to its end
   */
  slice(commands: number): boolean | Promise<boolean>;
}
