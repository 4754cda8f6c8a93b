// P(LUSC) of a slide or patient in a row, with its interval.
import { html } from "../base/dom.js";
import { intervalText, probabilityText } from "../base/format.js";
import type { Interval } from "../contract.js";
import { smallInterval } from "../slide/interval_chart.js";

export function probabilityCell({ prob_LUSC, ci95 }: { prob_LUSC: number | null; ci95: Interval | null }): HTMLElement {
    if (prob_LUSC === null) return html("span", { class: "probability dim" }, "–");
    return html(
        "span",
        { class: "probability" },
        html(
            "span",
            {},
            probabilityText(prob_LUSC),
            ci95 && html("span", { class: "dim" }, ` (${intervalText(ci95)})`),
        ),
        smallInterval(prob_LUSC, ci95),
    );
}
