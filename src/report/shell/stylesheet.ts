/** The one stylesheet of all pages. */
export const stylesheet = `:root {
  color-scheme: light dark;
  --page: #f6f7f8; --card: #ffffff; --text: #1c2128; --quiet: #57606a; --rule: #d9dee3; --track: #e6e9ed;
  --pass: #00563b; --marginal: #7a4b00; --fail: #a3230f; --nodata: #4a4f57; --error: #6b2d8f;
  --baseline: #0060a8; --canary: #b84a00; --band: #d5e6dc; --link: #0060a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151a; --card: #1a1f26; --text: #e6e9ee; --quiet: #a3adb8; --rule: #323a44; --track: #2b323b;
    --pass: #5fd0a0; --marginal: #f0b54a; --fail: #ff8a70; --nodata: #b4bac4; --error: #d3a5f0;
    --baseline: #7db9ef; --canary: #ff9e5e; --band: #24473a; --link: #7db9ef;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 72rem; margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem) 4rem; }
h1 { margin: 0 0 1rem; font-size: clamp(1.25rem, 1rem + 1.2vw, 1.6rem); font-weight: 400; line-height: 1.35; text-wrap: pretty; }
h1 .sign { display: block; font-size: 1.35em; font-weight: 700; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.2rem; }
h3 { display: inline; font-size: 1rem; font-weight: 600; }
h4 { margin: 1.25rem 0 0.25rem; font-size: 0.875rem; }
p { margin: 0.5rem 0; max-width: 70ch; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.hidden { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
.skip:focus { left: 0.5rem; top: 0.5rem; z-index: 1; padding: 0.5rem; background: var(--card); }
.places {
  display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; max-width: 72rem; margin: 0 auto;
  padding: 0.75rem clamp(0.75rem, 3vw, 2rem) 0; font-size: 0.875rem;
}
.places a { color: var(--quiet); text-decoration: none; }
.places a:hover, .places [aria-current] { color: var(--text); text-decoration: underline; }
.places .brand { letter-spacing: 0.02em; font-weight: 600; }
.card { padding: 1rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.filters { align-items: end; gap: 0.5rem 0.75rem; }
.filters label { display: grid; color: var(--quiet); font-size: 0.8125rem; }
.filters input, .filters select { width: 11rem; max-width: 100%; color: var(--text); font-size: 0.9375rem; }
input, select, button { background: var(--card); color: var(--text); border: 1px solid var(--quiet); border-radius: 4px; }
/* an id is 26 letters wide */
.filters.ids input { width: 19rem; }
.label { margin-right: 0.5rem; font-size: 0.8125rem; }
.quiet { color: var(--quiet); font-weight: 400; }
.tags { font-size: 0.8125rem; }
.sign { font-weight: 600; white-space: nowrap; }
h1 .sign { white-space: normal; }
.sign.pass { color: var(--pass); } .sign.marginal { color: var(--marginal); } .sign.fail { color: var(--fail); }
.sign.nodata { color: var(--nodata); } .sign.error { color: var(--error); } .sign.neutral { color: var(--text); }
.banner {
  padding: 1.25rem clamp(1rem, 3vw, 1.75rem); background: var(--card); border: 1px solid var(--rule);
  border-left: 6px solid var(--nodata); border-radius: 8px;
}
.banner.pass { border-left-color: var(--pass); } .banner.marginal { border-left-color: var(--marginal); }
.banner.fail { border-left-color: var(--fail); } .banner.error { border-left-color: var(--error); }
.score { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.5rem; margin: 0 0 1rem; }
.score p { margin: 0; }
.score strong { font-size: 2.25rem; line-height: 1; font-variant-numeric: tabular-nums; }
.rule { color: var(--quiet); }
.answers { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: start; margin: 0 0 1rem; }
.answers dl { flex: 1 1 20rem; display: grid; gap: 0.25rem; margin: 0; }
.answers dl div { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.5rem; }
.answers dt { padding-top: 0.15rem; }
.answers figure { flex: 0 1 340px; min-width: 0; margin: 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 0.75rem 1.5rem; margin: 0; }
form { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.75rem 0; }
input, select, button { padding: 0.35rem 0.6rem; font: inherit; }
dt { color: var(--quiet); font-size: 0.8125rem; }
dd { margin: 0; }
.warnings ul { margin: 0; padding-left: 1.25rem; }
.scroll { position: relative; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
caption { padding: 0 0 0.5rem; color: var(--quiet); font-size: 0.875rem; text-align: left; }
caption span { display: block; max-width: min(80ch, calc(100vw - 3rem)); overflow-wrap: anywhere; }
th, td { padding: 0.45rem 0.75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: middle; }
th:first-child, td:first-child { padding-left: 0; }
thead th { color: var(--quiet); font-size: 0.8125rem; font-weight: 600; vertical-align: bottom; white-space: nowrap; }
tbody th { min-width: 9rem; font-weight: 600; }
th.number { min-width: 0; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 600; }
button { white-space: nowrap; } td time { display: inline-block; min-width: 6.75rem; }
.group { margin: 0 0 0.75rem; } .group > summary { padding: 0.5rem 0; } .explained { margin-bottom: 0.75rem; font-size: 0.875rem; max-width: 80ch; }
td.wide { min-width: 16rem; }
.heatmap { width: auto; } .heatmap td, .heatmap thead th { padding: 0.25rem 0.4rem; text-align: center; font-weight: 400; }
.heatmap thead th:first-child { text-align: left; } .heatmap tbody th { position: sticky; left: 0; background: var(--page); }
/* opens at its right end, where the newest stands, also without a script */
.newest-right { direction: rtl; } .newest-right > * { direction: ltr; }
.heatmap .sign { font-size: 0.875rem; }
.number { text-align: right; white-space: nowrap; }
abbr { text-decoration: none; }
.axis-title { display: block; }
svg { display: block; max-width: 100%; height: auto; }
svg text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--quiet); }
td svg, th svg { display: inline-block; max-width: none; vertical-align: middle; }
.series.large { width: 100%; min-width: 34rem; } .series.small { width: 100%; max-width: 340px; }
.series .legend text { font-size: 12px; fill: var(--text); }
.detail figure { margin: 0; } .values-tools { margin: 0.25rem 0 0.75rem; font-size: 0.875rem; } .values-tools button { margin: 0.15rem 0; }
.sort { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: inherit; cursor: pointer; }
.uplot { color: var(--text); max-width: 100%; } .u-legend th, .u-legend td { border: 0; } .detail .u-legend { width: auto; }
.grid { stroke: var(--rule); }
.onset line { stroke: var(--fail); } .onset text { font-size: 12px; fill: var(--fail); paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.instances { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9rem), 1fr)); gap: 0.75rem 1.25rem; margin: 0.5rem 0 1rem; font-size: 0.8125rem; }
.instance { width: 100%; border-bottom: 1px solid var(--rule); } .reference { stroke: var(--quiet); opacity: 0.7; } .gap { stroke: var(--fail); }
.distribution > summary { padding: 0.5rem 0; font-size: 0.875rem; }
.column.baseline { fill: var(--baseline); } .column.canary { stroke: var(--canary); }
.line.baseline { stroke: var(--baseline); } .line.canary { stroke: var(--canary); }
.band { fill: var(--band); }
rect.bar.neutral { fill: var(--track); } svg.strip .on-bar { fill: var(--card); } svg.strip .on-bar.neutral { fill: var(--text); } .stretches { margin: 0.5rem 0; padding-left: 1.5rem; }
.ribbon { fill: var(--baseline); } .change { stroke: var(--text); } .bound, .steps { stroke: var(--quiet); } .steps { opacity: 0.55; }
.zero { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 2; }
.whisker { stroke: var(--text); } .estimate, .arrow { fill: var(--text); }
rect.bar { fill: var(--nodata); } rect.bar.pass { fill: var(--pass); } rect.bar.fail { fill: var(--fail); }
rect.bar.marginal { fill: var(--marginal); } rect.bar.error { fill: var(--error); } .strip .mark { fill: var(--text); }
.track { fill: var(--track); } .fill { fill: var(--nodata); } .mark { stroke: var(--text); }
.banner.pass .fill { fill: var(--pass); } .banner.marginal .fill { fill: var(--marginal); } .banner.fail .fill { fill: var(--fail); }
.metric { margin: 0 0 0.75rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
/* laid out when it comes into view: the first screen need not wait for it */
.metric, .later { content-visibility: auto; contain-intrinsic-size: auto 30rem; } .metric:not([open]) { contain-intrinsic-height: 3.1rem; }
summary { padding: 0.75rem 1rem; cursor: pointer; outline-offset: -3px; }
.detail { padding: 0 1rem 1rem; scroll-margin-top: 4rem; }
.sentence { margin-top: 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem 2.5rem; margin-top: 1rem; align-items: start; }
.detail table { font-size: 0.875rem; }
.detail th, .detail td { padding: 0.25rem 0.5rem; }
.columns > * { min-width: 0; }
.detail tbody th { min-width: 0; font-weight: 400; }
.evidence { display: grid; gap: 0.4rem; margin: 0; font-size: 0.875rem; }
.evidence div { display: grid; grid-template-columns: minmax(7rem, 1fr) 2fr; gap: 0.75rem; }
.evidence dt { font-size: inherit; }
.query-side { margin: 0.25rem 0 0; color: var(--quiet); font-size: 0.8125rem; }
code { font: 0.875em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0; padding: 0.5rem 0.75rem; background: var(--page); border-radius: 4px; }
.docs { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; gap: 0 2rem; max-width: 72rem; margin: 0 auto; }
.docs main { width: 100%; max-width: 48rem; margin: 0; }
.beside { padding: 1rem 1rem 4rem 0; font-size: 0.875rem; }
.beside ul { margin: 0 0 1rem; padding: 0; list-style: none; } .beside li { padding: 0.15rem 0; }
.beside p { margin: 0.5rem 0 0.15rem; font-weight: 600; }
.beside a { text-decoration: none; } .beside a:hover { text-decoration: underline; }
.beside [aria-current] { color: var(--text); font-weight: 600; }
.prose h1 { font-weight: 700; } .prose h3 { display: block; margin: 1.75rem 0 0.5rem; }
.prose p, .prose li { max-width: 75ch; } .prose li { margin: 0.25rem 0; }
.prose table { margin: 0.5rem 0; font-size: 0.875rem; } .prose td { vertical-align: top; min-width: 5rem; } .prose th { min-width: 0; }
.prose pre { margin: 0.75rem 0; padding: 0.75rem; overflow-x: auto; background: var(--card); border: 1px solid var(--rule); overflow-wrap: normal; }
textarea { width: 100%; padding: 0.5rem; background: var(--card); color: var(--text); border: 1px solid var(--quiet); border-radius: 4px; font: 0.875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.completed { position: relative; } .completions { position: absolute; z-index: 1; max-width: min(44rem, 80%); margin: 0; padding: 0.25rem; list-style: none; background: var(--card); border: 1px solid var(--quiet); border-radius: 4px; font-size: 0.875rem; }
.completions li { padding: 0.2rem 0.5rem; cursor: pointer; } .completions li { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; } .completions .quiet { margin-left: 0.75rem; font-size: 0.8125rem; } .completions [aria-selected=true] { background: var(--track); outline: 2px solid var(--link); outline-offset: -2px; }
.editor { display: block; } .editor label { display: block; margin-bottom: 0.25rem; } .filters .whole { flex: 1 1 100%; max-width: 40rem; }
.actions { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; } .plain { margin: 0; padding: 0; list-style: none; } .remarks li { margin: 0.5rem 0; }
.problem { padding: 0.5rem 0.75rem; border-left: 4px solid var(--error); background: var(--card); }
.listing, .difference { overflow-x: auto; background: var(--card); border: 1px solid var(--rule); overflow-wrap: normal; }
.difference { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; } .difference > * { display: block; text-decoration: none; min-height: 1.5em; }
.difference del { color: var(--fail); } .difference ins { color: var(--pass); } .preview { margin: 0 0 0.75rem; }
rect.neutral-bar { fill: var(--quiet); }
main.viewer { max-width: none; padding: 0; } #viewer h5, #viewer h5 span { color: var(--quiet); } #viewer td span { color: inherit; } #viewer .react-tabs__tab--selected { color: #12151a; } .viewer-note { max-width: 72rem; margin: 0 auto; padding: 1rem clamp(0.75rem, 3vw, 2rem); font-size: 0.875rem; }
@media (max-width: 60rem) { .docs { display: block; } .beside { padding: 0 clamp(0.75rem, 3vw, 2rem) 4rem; } }
@media (max-width: 44rem) {
  h1 { margin-bottom: 0.5rem; font-size: 1.0625rem; } h1 .sign { font-size: 1.4em; }
  .banner { padding: 0.6rem 0.75rem; }
  .answers { gap: 0.25rem; font-size: 0.9375rem; line-height: 1.35; } .answers dl div { grid-template-columns: 5.5rem 1fr; }
}
@media (max-width: 60rem) {
  .cards, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
  .cards thead { position: absolute; left: -200vw; }
  .cards tr { margin: 0 0 0.75rem; padding: 0.5rem 0.75rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
  .cards th, .cards td, .cards th:first-child, .cards td:first-child { padding: 0.15rem 0; border: 0; text-align: left; min-width: 0; white-space: normal; }
  .cards [data-label]::before { content: attr(data-label) " "; color: var(--quiet); font-size: 0.8125rem; font-weight: 400; }
  .cards [data-label]:empty { display: none; }
}
@media print {
  body { background: none; }
  .banner, .metric { break-inside: avoid; }
  .scroll { overflow: visible; }
  .group::details-content { content-visibility: visible; }
}
`;
