import type { MaintainerReport } from '../maintainer_report';

/** `skbcheck export --json`. */
export interface ExportDocument {
  readonly folder: string;
  readonly name: string;
  readonly files: readonly string[];
  /** The mutant that the file names, which the module leaves out. */
  readonly withoutMutant?: string;
  readonly releases: readonly {
    readonly release: string;
    readonly calls: number;
    readonly leftOut: readonly string[];
    readonly wrong?: string;
  }[];
}

/** `skbcheck report --for maintainer --json`: a report of each program. */
export interface MaintainerDocument {
  readonly reports: readonly MaintainerReport[];
}
