// What is on the table, and what stands in the way of scores and of one's own classes.
import { button, html } from "../base/dom.js";
import { countText, plural } from "../base/format.js";
import { say, sayProblem } from "../base/messages.js";
import { caseSummary } from "./case_summary.js";
import type { TableData } from "./table_contract.js";
import type { TableStore } from "./table_store.js";

export function aboutPanel(store: TableStore): HTMLElement {
    const { data, pictures } = store;
    const summary = caseSummary(pictures, new Map());
    const model = data.summary?.model?.name;
    const parts: (HTMLElement | false)[] = [
        html("h1", {}, data.source),
        html(
            "p",
            { class: "dim", "data-testid": "totals" },
            plural(pictures.length, "picture"),
            store.cases.length > 1 ? ` in ${countText(store.cases.length)} cases` : "",
            summary === "" ? "" : `: ${summary}`,
        ),
        typeof model === "string" && html("p", { class: "note" }, `Model: ${model}`),
    ];
    parts.push(...material(data.summary));
    const assumed = data.summary?.note;
    if (typeof assumed === "string" && assumed !== "") parts.push(html("p", { class: "note" }, assumed));
    for (const note of data.notes) parts.push(html("p", { class: "note" }, note));
    if (data.score_command !== null) parts.push(howToScore(data.score_command));
    if (data.label_obstacle !== null) {
        parts.push(
            html(
                "p",
                { class: "warning", "data-testid": "label-obstacle" },
                `Your classes cannot be saved: ${data.label_obstacle}. Start `,
                html("code", {}, "slidetype view"),
                " with ",
                html("code", {}, "-o FOLDER"),
                " to save them elsewhere.",
            ),
        );
    }
    return html("section", { "aria-label": "About" }, ...parts);
}

/** How many cases the model does not know, and what it says that it is good for. */
function material(summary: TableData["summary"]): HTMLElement[] {
    const unlike = summary?.cases_unlike ?? 0;
    const text = [
        unlike > 0
            ? `${countText(unlike)} of ${plural(summary?.cases ?? unlike, "case")} ${unlike === 1 ? "does" : "do"} not ` +
              "look like the pictures that the model was made from."
            : "",
        summary?.model?.good_for ?? "",
    ].filter((part) => part !== "");
    if (text.length === 0) return [];
    return [html("p", { class: unlike > 0 ? "warning" : "note", "data-testid": "known-remark" }, text.join(" "))];
}

function howToScore(command: string): HTMLElement {
    const copy = button("Copy", {
        "data-testid": "copy-command",
        onclick: () =>
            void navigator.clipboard.writeText(command).then(
                () => say("Copied."),
                () => sayProblem("The browser does not let the page copy.", "Mark the command and copy it."),
            ),
    });
    return html(
        "div",
        { class: "warning", "data-testid": "not-scored" },
        html("p", {}, "These pictures are not scored. To score them, in a terminal:"),
        html("pre", { class: "command", tabindex: 0 }, command),
        copy,
    );
}
