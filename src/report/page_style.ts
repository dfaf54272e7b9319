/** The colours of all pages, light and dark. */
export const PAGE_COLOURS = `
:root {
  color-scheme: light dark;
  --paper: #fff; --ink: #1d2330; --soft: #5b6475; --rule: #d9dee7; --panel: #f6f7fa; --accent: #1c5fd4;
  --bad: #c4162a; --bad-paper: #fdecee; --new: #14713d; --new-paper: #e6f5ec; --changed: #9a5b00;
  --changed-paper: #fff4dd;
  --skb: #e8effc; --data: #efeafb; --page: #e7f5f2; --pool: #f4f0e4; --other: #f1f2f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171d; --ink: #e3e7ee; --soft: #9aa4b5; --rule: #333a46; --panel: #1c2028; --accent: #7db0ff;
    --bad: #ff7b88; --bad-paper: #3d1c22; --new: #6fd39b; --new-paper: #17301f; --changed: #f2b95a;
    --changed-paper: #352a14;
    --skb: #1d2a44; --data: #2a2440; --page: #17332f; --pool: #332d1c; --other: #242933;
  }
}
`;

/** The style of all pages. */
export const PAGE_STYLE = `${PAGE_COLOURS}
* { box-sizing: border-box; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 1.5rem; color: var(--ink); background: var(--paper); }
@media (max-width: 640px) { body { margin: 10px; } }
h1 { font-size: 1.45rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--rule); padding-bottom: .2rem; }
h3 { margin: .6rem 0 .2rem; font-size: .95rem; }
a { color: var(--accent); }
code, pre, .program, .changes, .world { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, monospace;
  font-size: 12px; }
pre { background: var(--panel); padding: .6rem .8rem; overflow: auto; max-height: 32rem; border-radius: 4px; }
table { border-collapse: collapse; margin: .5rem 0; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th { position: sticky; top: 0; background: var(--paper); }
.left { text-align: left; overflow-wrap: break-word; }
th, td:not(.left), td:first-child, td:nth-child(2) { white-space: nowrap; }
td.left { min-width: 14rem; } td.left:first-child, #commands-table td:nth-child(2) { min-width: 0; }
tr.missed td, .never { color: var(--bad); }
.scroll { overflow-x: auto; }
#commands-table td:first-child { min-width: 14rem; } #commands-table td:last-child { min-width: 16rem; }
@media (max-width: 640px) {
  th, td { padding: .2rem .25rem; font-size: 13px; }
  th { white-space: normal; }
  #commands-table td:last-child { min-width: 44rem; }
  #commands-table td:first-child { white-space: normal; min-width: 7.5rem; }
}
.soft { color: var(--soft); }
.numbers { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; list-style: none; }
.numbers li { background: var(--panel); border-radius: 6px; padding: .5rem .9rem; min-width: 8rem; }
.numbers b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.problems li { color: var(--bad); font-weight: 600; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
.charts figure { margin: 0; flex: 1 1 30rem; min-width: 0; }
.charts figcaption { font-weight: 600; }
.chart { container-type: inline-size; }
.chart > div:not(:first-child) { display: none; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart svg text { fill: var(--ink) !important; fill-opacity: 1 !important; }
@container (min-width: 600px) { .chart > div.width-336 { display: none; } .chart > div.width-600 { display: block; } }
@container (min-width: 960px) {
  .chart:has(> .width-960) > div.width-600 { display: none; } .chart > div.width-960 { display: block; }
}
.filter { display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; }
.filter input { font: inherit; padding: .25rem .5rem; width: 22rem; max-width: 100%; color: inherit;
  background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; }
.outcome { display: inline-block; margin-right: .7rem; white-space: nowrap; }
details.finding { border: 1px solid var(--rule); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem; }
details.finding > summary { cursor: pointer; overflow-wrap: anywhere; }
.state { display: inline-block; min-width: 3.6rem; text-align: center; border-radius: 4px; padding: 0 .4rem;
  font-weight: 600; border: 1px solid currentColor; }
.state-new { color: var(--bad); } .state-known { color: var(--soft); } .state-flaky { color: var(--changed); }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem 1rem; margin: .5rem 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.verdict .sentence { font-weight: 700; color: var(--bad); margin: .2rem 0; overflow-wrap: anywhere; }
.verdict .why { margin: .2rem 0; overflow-wrap: anywhere; }
.verdict.clean .sentence { color: var(--new); }
.verdict .statement { margin: .1rem 0; } .verdict .source { margin: .1rem 0; color: var(--soft); font-size: .9em;
  overflow-wrap: anywhere; }
.note { background: var(--changed-paper); padding: .4rem .7rem; border-radius: 4px; }
.bar { position: sticky; top: 0; z-index: 2; background: var(--paper); padding: .4rem 0 .1rem;
  border-bottom: 1px solid var(--rule); margin-bottom: .5rem; }
.stepper a, .stepper .picture, .stepper summary { scroll-margin-top: 9rem; }
.controls { display: flex; flex-wrap: wrap; gap: .4rem; align-items: center; }
.controls button { font: inherit; padding: .25rem .7rem; color: inherit; background: var(--panel);
  border: 1px solid var(--rule); border-radius: 4px; cursor: pointer; }
.controls button[aria-disabled='true'] { opacity: .45; cursor: default; }
.controls button[data-move='failure'] { color: var(--bad); border-color: var(--bad); }
.controls input { flex: 1 1 10rem; }
.where { margin: .2rem 0; font-weight: 600; overflow-wrap: anywhere; min-height: 2.9em; }
.stepper.failed .where { color: var(--bad); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.columns { display: flex; gap: 1rem; align-items: flex-start; }
.columns .left { flex: 0 0 28%; max-width: 400px; min-width: 0; }
.columns .right { flex: 1 1 auto; min-width: 0; }
@media (max-width: 900px) {
  .columns { flex-direction: column; align-items: stretch; gap: .5rem; }
  .columns .left { flex: none; max-width: none; }
}
@media (max-width: 640px) {
  .controls button { min-width: 44px; min-height: 36px; padding: .25rem .5rem; } .controls .word { display: none; }
}
.program { margin: 0; padding: .4rem 0; list-style: none; background: var(--panel); border-radius: 4px;
  max-height: 70vh; overflow: auto; }
@media (max-width: 900px) { .program { max-height: 8.5rem; } }
.program li { white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 .5rem; }
.program a, .program button { display: block; margin: 0 -.5rem; padding: .05rem .5rem; color: inherit;
  text-decoration: none; }
.program a:hover { text-decoration: underline; }
.program button { font: inherit; border: 0; background: none; cursor: pointer; text-align: left; }
.program :focus-visible { outline-offset: -3px; }
.program .comment { color: var(--soft); }
.program .settle { font-style: italic; } .program .skipped { color: var(--soft);
  text-decoration: line-through; }
.program .guilty { color: var(--bad); font-weight: 700; }
.program [aria-current] { background: var(--accent); color: var(--paper); }
.program .guilty [aria-current] { background: var(--bad); color: var(--paper); }
.picture { overflow: auto; border: 1px solid var(--rule); border-radius: 4px; }
.picture svg { display: block; width: 100%; font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, monospace; }
.picture text { font-size: 11px; fill: var(--ink); white-space: pre; }
.picture .row { fill: var(--soft); font-family: system-ui, sans-serif; font-size: 12px; paint-order: stroke;
  stroke: var(--paper); stroke-width: 4px; }
.picture .band { fill: var(--rule); }
.picture .title { font-weight: 700; font-size: 11.5px; } .picture .key { font-weight: 400; font-size: 10px;
  fill: var(--soft); }
.picture .mark { font-weight: 700; font-size: 10.5px; font-family: system-ui, sans-serif; }
.picture .more { fill: var(--soft); font-style: italic; }
.box { cursor: pointer; }
.box rect { fill: var(--other); stroke: var(--soft); stroke-width: 1; }
.kind-skb rect, .kind-xdp rect, .kind-frame rect { fill: var(--skb); } .kind-data rect { fill: var(--data); }
.kind-page rect { fill: var(--page); } .kind-pool rect { fill: var(--pool); }
.box.changed rect { stroke: var(--changed); stroke-width: 2.5; } .box.changed .mark, .picture tspan.changed {
  fill: var(--changed); font-weight: 700; }
.box.new rect { stroke: var(--new); stroke-width: 2.5; } .box.new .mark { fill: var(--new); }
.box.ghost rect { fill: var(--paper); stroke-dasharray: 5 3; } .box.ghost text { fill: var(--soft);
  text-decoration: line-through; } .box.ghost .mark { text-decoration: none; }
.edge.broke-here { stroke: var(--bad); stroke-width: 3.5; }
.box.broke-here rect { fill: var(--bad-paper); stroke: var(--bad); stroke-width: 3.5; } .box.broke-here .mark {
  fill: var(--bad); }
.box.selected rect { stroke: var(--accent); stroke-width: 3; }
.edge { fill: none; stroke: var(--soft); stroke-width: 1.3; }
.how-data { stroke: #5a7fd0; } .how-head { stroke: #7a5fd0; } .how-frag, .how-managed-frag { stroke: #16907c;
  } .how-frag_list, .how-next { stroke: #c06fae; }
.how-cache, .how-ring { stroke: #ab9445; stroke-dasharray: 6 3; } .how-maps, .how-device, .how-pp {
  stroke-dasharray: 1.5 3; stroke-width: 1; opacity: .7; }
.how-sk_wmem_alloc, .how-sk_rmem_alloc, .how-sk { stroke: #d07a2a; }
.edge.fresh { stroke-width: 2.8; }
.selects .edge:not(.touched) { opacity: .13; } .edge.touched { stroke-width: 2.4; }
.legend { color: var(--soft); margin: .3rem 0; font-size: .9em; min-height: 1.45em; } .legend span { margin-right: 1rem;
  display: inline-block; } .legend svg { vertical-align: middle; }
.picture .missing { fill: var(--changed); font-style: italic; }
.texts ul { margin: .2rem 0; padding-left: 1.2rem; } .texts li { overflow-wrap: anywhere; }
.changes { min-height: 7em; } .more { font-style: italic; color: var(--soft); }
.help { color: var(--soft); }
@media print {
  body { margin: 0; } .controls, .help, .filter { display: none; } pre, .program, .picture { max-height: none;
  overflow: visible; }
  .bar { position: static; } .picture svg { min-width: 0 !important; height: auto !important; }
  details.finding { break-inside: avoid-page; } th { position: static; }
}
`;
