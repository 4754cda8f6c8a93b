#include "model/report/style.h"

namespace slidetype {
namespace {

constexpr std::string_view kStyle = R"(:root {
  color-scheme: light;
  --page: #f5f6f8; --card: #ffffff; --ink: #1a2027; --muted: #586472; --line: #d8dde3; --grid: #e9ecef;
  --luad: #0072b2; --lusc: #d55e00; --benign: #00805d; --neutral: #46525f; --shade: 70 82 95;
  --warn-page: #fff4e0; --warn-line: #c77700;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --page: #12161a; --card: #1b2026; --ink: #e7eaee; --muted: #a0abb7; --line: #38414b; --grid: #2a3139;
    --luad: #56b4e9; --lusc: #ff8f45; --benign: #37c99b; --neutral: #b7c1cc; --shade: 160 175 190;
    --warn-page: #33260d; --warn-line: #e09a2b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 28px 20px 48px; }
header { margin-bottom: 20px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 0 0 10px; }
h3 { font-size: 15px; margin: 18px 0 6px; }
p { margin: 6px 0; max-width: 78ch; }
.purpose { color: var(--muted); margin: 0; }
.note, figcaption, caption { color: var(--muted); font-size: 13px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 18px 20px; margin: 16px 0; }
.warning { background: var(--warn-page); border: 1px solid var(--warn-line); border-left-width: 6px; border-radius: 6px;
  padding: 8px 14px; margin: 8px 0; max-width: none; overflow-wrap: anywhere; }
.badge { display: inline-block; background: var(--warn-page); border: 1px solid var(--warn-line); border-radius: 10px;
  padding: 0 8px; font-size: 12px; white-space: nowrap; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 3px 20px; margin: 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 12px; margin: 16px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; }
.card.wide { grid-column: span 2; }
.card span { display: block; color: var(--muted); font-size: 13px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(380px, 100%), 1fr)); gap: 12px 28px; }
figure { margin: 0; min-width: 0; }
figcaption { margin-top: 6px; max-width: 72ch; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 4px 0; }
caption { text-align: left; padding-bottom: 4px; }
th, td { text-align: left; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); font-weight: 400; vertical-align: top; }
thead th { color: var(--muted); font-size: 13px; border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { overflow-wrap: break-word; }
.number { text-align: right; white-space: nowrap; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); gap: 0 16px; align-items: start; }
.columns > div > section:first-child { margin-top: 0; }
.columns > div > section:last-child { margin-bottom: 0; }
.confusion tbody td { text-align: center; padding: 14px 26px; min-width: 120px; border: 1px solid var(--line);
  background: rgb(var(--shade) / calc(var(--share) * 0.42)); }
.confusion tbody b { display: block; font-size: 20px; font-weight: 600; }
.confusion th, .confusion thead td { border: 0; padding: 5px 14px 5px 0; vertical-align: middle; }
.confusion thead th { text-align: center; padding: 5px 0; }
.pair .confusion tbody td { padding: 12px 10px; min-width: 98px; } .pair .confusion th[scope=row] { white-space: nowrap; }
.sheet { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px; margin: 10px 0 0; padding: 0; }
.sheet figure { border-top: 4px solid var(--neutral); }
.sheet .luad { border-color: var(--luad); } .sheet .lusc { border-color: var(--lusc); }
.sheet .benign { border-color: var(--benign); }
.sheet img { display: block; width: 100%; height: auto; }
.sheet figcaption { margin: 3px 0 0; line-height: 1.35; overflow-wrap: anywhere; }
.sheet figcaption b { display: block; color: var(--ink); font-weight: 600; }
.twins { grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); }
.twins div { display: grid; grid-template-columns: 1fr 1fr; gap: 2px; }
pre { margin: 6px 0; padding: 10px 12px; background: var(--page); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
ul { margin: 4px 0; padding-left: 20px; overflow-wrap: anywhere; }
footer { color: var(--muted); font-size: 13px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 12px; fill: var(--ink); font-variant-numeric: tabular-nums; }
svg .dim { fill: var(--muted); }
svg .frame { fill: none; stroke: var(--line); } svg .grid { stroke: var(--grid); }
svg .guide { stroke: var(--muted); stroke-dasharray: 3 4; fill: none; }
svg .line { fill: none; stroke-width: 2; stroke-linejoin: round; } svg .dashed { stroke-dasharray: 7 4; }
svg .whisker { stroke-width: 1.5; fill: none; }
svg .luad { --c: var(--luad); } svg .lusc { --c: var(--lusc); }
svg .benign { --c: var(--benign); } svg .neutral { --c: var(--neutral); }
svg .stroke { stroke: var(--c); } svg .fill { fill: var(--c); }
@media print {
  :root { --page: #ffffff; }
  body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  section { border-color: #bbb; padding: 10px 12px; }
  figure, table, .card, .warning { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
}
)";

}  // namespace

std::string_view report_style() {
    return kStyle;
}

}  // namespace slidetype
