// The heading over the slides of a patient: what they say together.
import { html } from "../base/dom.js";
import { areaText, plural } from "../base/format.js";
import { callBadge } from "../slide/call_badge.js";
import type { PatientHead } from "./list_entry.js";
import { probabilityCell } from "./probability_cell.js";

/** Of how many slides the call is made, and how many are hidden by the filter. */
function slidesText({ patient, shown }: PatientHead): string {
    if (!patient) return plural(shown, "slide");
    const isOfAll = patient.call === null || patient.slides_called === patient.slides;
    const called = (isOfAll ? "" : `call of ${patient.slides_called} of `) + plural(patient.slides, "slide");
    return shown < patient.slides ? `${called} · ${shown} shown` : called;
}

export function patientRow(head: PatientHead): HTMLElement {
    const { name, patient } = head;
    const reason = patient ? (patient.reason ?? "") : "Patients are called when a run has ended.";
    return html(
        "li",
        { class: "row-item" },
        html(
            "div",
            { class: "slide-row patient-row", tabindex: -1, "data-testid": "patient-row" },
            html("span", { class: "patient-mark dim" }, "Patient"),
            html(
                "span",
                { class: "title" },
                html("span", { class: "name", title: name }, name),
                html("span", { class: "dim notes" }, slidesText(head)),
            ),
            html(
                "span",
                { class: "call-cell" },
                patient?.call ? callBadge(patient.call) : html("span", { class: "call none" }, "no call"),
                patient?.supported === false && html("span", { class: "unlike" }, "unsupported"),
            ),
            probabilityCell(patient ?? { prob_LUSC: null, ci95: null }),
            html("span", { class: "area" }, areaText(patient?.scored_mm2)),
            html("span", { class: "remark dim", title: reason }, reason),
        ),
    );
}
