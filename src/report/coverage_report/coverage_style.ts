import { PAGE_COLOURS } from '../page_style';

/** Follows istanbul's own style: our pages' colours, light and dark, and no page that is wider than its window. */
export const COVERAGE_STYLE = `${PAGE_COLOURS}
body { color: var(--ink); background: var(--paper); font-family: system-ui, sans-serif; }
a, div.path a:link, div.path a:visited { color: var(--accent); } .footer a { text-decoration: underline; }
.quiet, .ignore-none, .coverage-summary td.empty { color: var(--soft); opacity: 1; } .quiet a { opacity: 1; }
h1 { overflow-wrap: anywhere; } .clearfix { display: flex; flex-wrap: wrap; gap: 2px 20px; }
.space-right2 { padding-right: 0; }
.fraction { color: var(--ink); background: var(--panel); font-size: 11px; }
.pad1, .wrapper > pre { overflow-x: auto; }
.coverage-summary tbody, .coverage-summary tr, .coverage-summary td { border-color: var(--rule); }
.coverage-summary td, .coverage-summary th { padding: 6px 8px; }
.low, .cline-no, .cstat-no, .fstat-no, .cbranch-no { background: var(--bad-paper); color: var(--ink); }
.cbranch-no, .highlighted .cbranch-no { background: var(--changed-paper) !important; color: var(--ink); }
.high, .cline-yes, .cstat-yes { background: var(--new-paper); }
.medium, .cbranch-skip { background: var(--changed-paper) !important; color: var(--ink); }
span.cline-neutral, .cover-empty { background: var(--panel); }
.cover-empty { background: var(--paper); }
.missing-if-branch { background: var(--ink); color: var(--paper); }
.highlighted, .highlighted .cstat-no, .highlighted .fstat-no, .highlighted .cbranch-no {
  background: var(--bad) !important; color: var(--paper); }
.highlighted span { color: var(--paper) !important; }
pre .pln, pre .pun, pre .opn, pre .clo, pre .var, pre .fun { color: var(--ink); }
pre .kwd, pre .tag { color: var(--accent); } pre .str, pre .atv { color: var(--new); }
pre .com, pre .dec { color: var(--soft) !important; } pre .typ, pre .atn { color: var(--changed); }
pre .lit { color: var(--ink); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 640px) { .coverage-summary td.pic { min-width: 60px !important; } .pad1y { padding: 4px 0; } }
`;
