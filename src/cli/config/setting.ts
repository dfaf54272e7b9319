/** The value of one option of one command, and the place that it comes from. */
export interface Setting {
  readonly command: string;
  readonly option: string;
  readonly value: unknown;
  readonly from: string;
}
