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

/** `skbcheck export --json` of a program of user space. */
export interface ExportOutsideDocument {
  readonly folder: string;
  readonly name: string;
  readonly files: readonly string[];
  /** Whose rights the program takes. */
  readonly as: 'root' | 'user';
  /** Calls of the program and those that settle it. */
  readonly calls: number;
  /** The kernel that showed the bug; absent: none was asked. */
  readonly seen?: { readonly target: string; readonly sentence: string };
}

/** `skbcheck report --for maintainer --json`: a report of each program. */
export interface MaintainerDocument {
  readonly reports: readonly MaintainerReport[];
}
