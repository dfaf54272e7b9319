import type { Benchmark } from '../../benchmark/benchmark';
import type { CatchersTable } from '../../benchmark/catchers_table';
import type { FuzzAll, FuzzRun } from '../fuzz_run';
import type { BisectDocument } from './bisect_document';
import type { BugsDocument } from './bugs_document';
import type { CompareDocument } from './compare_document';
import type { CompareOutsideDocument } from './compare_outside_document';
import type { CampaignDocument } from './campaign_document';
import type { CorpusDocument } from './corpus_document';
import type { CostsDocument, CostsProgramDocument } from './costs_document';
import type { HuntDocument } from './hunt_document';
import type { HistoryDocument } from './history_document';
import type { RulesAtDocument, RulesBetweenDocument, RulesDocument } from './rules_document';
import type { ReachResult } from '../../reach/reach_result';
import type { ErrorDocument } from './error_document';
import type { ExportDocument, ExportOutsideDocument, MaintainerDocument } from './export_document';
import type { ExploreDocument, SchedulesDocument, ScopeDocument } from './explore_document';
import type {
  KernelBuildDocument,
  KernelImagesDocument,
  KernelInfoDocument,
  KernelListDocument,
  KernelRemoveDocument,
} from './kernel_document';
import type {
  ListedCommand,
  ListedInvariant,
  ListedOutside,
  ListedPromise,
  ListDocument,
  ListedMutant,
  ListedOneCommand,
  ListedProfile,
  ListedScenario,
  ListedSetting,
  ListedTarget,
} from './list_document';
import type { ReduceDocument, RunDocument, RunsDocument, ShowDocument } from './program_document';
import type {
  CompletionDocument,
  KeepDocument,
  ReportDocument,
  ServeDocument,
  WorkerDocument,
} from './small_documents';

/**
 * The version of the formats of all documents. It rises when a field changes its meaning or is removed; a new field
 * leaves it as it is.
 */
export const FORMAT_VERSION = 1;

/** By kind: the fields of each document that a command prints with `--json`. The schemas are made from this. */
export interface Documents {
  readonly fuzz: FuzzRun;
  readonly 'fuzz-all': FuzzAll;
  readonly compare: CompareDocument;
  readonly 'compare-outside': CompareOutsideDocument;
  readonly bisect: BisectDocument;
  readonly reach: ReachResult;
  readonly run: RunDocument;
  readonly runs: RunsDocument;
  readonly reduce: ReduceDocument;
  readonly show: ShowDocument;
  readonly keep: KeepDocument;
  readonly explore: ExploreDocument;
  readonly 'explore-scope': ScopeDocument;
  readonly 'explore-schedules': SchedulesDocument;
  readonly campaign: CampaignDocument;
  readonly worker: WorkerDocument;
  readonly report: ReportDocument;
  readonly 'report-maintainer': MaintainerDocument;
  readonly export: ExportDocument;
  readonly 'export-outside': ExportOutsideDocument;
  readonly corpus: CorpusDocument;
  readonly costs: CostsDocument;
  readonly 'costs-program': CostsProgramDocument;
  readonly mutants: Benchmark;
  readonly 'mutants-invariants': CatchersTable;
  readonly 'list-commands': ListDocument<ListedCommand>;
  readonly 'list-command': ListedOneCommand;
  readonly 'list-config': ListDocument<ListedSetting>;
  readonly 'list-invariants': ListDocument<ListedInvariant>;
  readonly 'list-promises': ListDocument<ListedPromise>;
  readonly 'list-outside': ListDocument<ListedOutside>;
  readonly 'list-mutants': ListDocument<ListedMutant>;
  readonly 'list-profiles': ListDocument<ListedProfile>;
  readonly 'list-scenarios': ListDocument<ListedScenario>;
  readonly 'list-targets': ListDocument<ListedTarget>;
  readonly rules: RulesDocument;
  readonly 'rules-at': RulesAtDocument;
  readonly 'rules-between': RulesBetweenDocument;
  readonly 'history-of-bugs': BugsDocument;
  readonly hunt: HuntDocument;
  readonly 'kernel-info': KernelInfoDocument;
  readonly 'kernel-images': KernelImagesDocument;
  readonly 'kernel-check-history': HistoryDocument;
  readonly 'kernel-list': KernelListDocument;
  readonly 'kernel-remove': KernelRemoveDocument;
  readonly 'kernel-build': KernelBuildDocument;
  readonly completion: CompletionDocument;
  readonly serve: ServeDocument;
  readonly error: ErrorDocument;
}

export type DocumentKind = keyof Documents;

/** The text of a document: its version and kind, then its fields. */
export function documentText<K extends DocumentKind>(kind: K, fields: Documents[K]): string {
  return `${JSON.stringify({ version: FORMAT_VERSION, kind, ...fields }, null, 2)}\n`;
}
