// What is on the table, and what stands in the way of scores and of one's own classes.
import { button, html } from "../base/dom.js";
import { countText, plural } from "../base/format.js";
import { say, sayProblem } from "../base/messages.js";
import { caseSummary } from "./case_summary.js";
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
