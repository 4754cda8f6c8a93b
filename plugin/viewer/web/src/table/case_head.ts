// The heading of a case: its call, with the reason for it, and what its pictures come to.
import { html } from "../base/dom.js";
import { plural } from "../base/format.js";
import { callBadge } from "../slide/call_badge.js";
import type { Section } from "./arrange.js";
import { caseSummary } from "./case_summary.js";
import type { TableStore } from "./table_store.js";
import { caseText } from "./words.js";

export function caseHead(store: TableStore, { caseName, pictures }: Section): HTMLElement {
    const call = store.data.calls[caseName ?? ""];
    const badge = call && callBadge(call.call, "case-call");
    if (badge) {
        badge.title = call.reason;
        badge.append(html("span", { class: "spoken" }, ` ${call.reason}`));
    }
    const parts = [plural(pictures.length, "picture"), caseSummary(pictures, store.labels.labels)];
    return html(
        "div",
        { class: "case-head", role: "row", "data-testid": "case-head" },
        html(
            "div",
            { role: "gridcell" },
            html("h2", {}, caseText(caseName ?? "")),
            badge,
            html("span", { class: "dim" }, parts.filter((text) => text !== "").join(": ")),
        ),
    );
}
