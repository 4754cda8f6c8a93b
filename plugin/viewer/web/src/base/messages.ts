// What the page has to say: a line that screen readers speak, and that stays until it is read where it tells of an error.
import { button, html } from "./dom.js";
import { HintedError } from "./hinted_error.js";
import { isAbort } from "./lifetime.js";

const kShownMs = 9000;

const line = html("div", {
    class: "message",
    role: "status",
    "aria-live": "polite",
    "data-testid": "message",
    hidden: true,
});
let timer: ReturnType<typeof setTimeout> | undefined;

export function messageLine(): HTMLElement {
    return line;
}

export function clearMessage(): void {
    clearTimeout(timer);
    line.hidden = true;
    line.replaceChildren();
}

function show(kind: "info" | "error", text: string, hint: string): void {
    clearTimeout(timer);
    line.className = `message ${kind}`;
    line.replaceChildren(
        html("p", {}, html("span", {}, text), hint !== "" && html("span", { class: "hint" }, ` ${hint}`)),
        button("Dismiss", { class: "quiet", onclick: clearMessage }, "×"),
    );
    line.hidden = false;
    if (kind === "info") timer = setTimeout(clearMessage, kShownMs);
}

export function say(text: string, hint = ""): void {
    show("info", text, hint);
}

export function sayProblem(text: string, hint = ""): void {
    show("error", text, hint);
}

/** Shows what went wrong; an aborted request went nowhere and says nothing. */
export function sayError(error: unknown, what = ""): void {
    if (isAbort(error)) return;
    const lead = what === "" ? "" : `${what}: `;
    if (error instanceof HintedError) {
        sayProblem(lead + error.message, error.hint);
    } else {
        console.error(error);
        sayProblem(lead + (error instanceof Error ? error.message : String(error)));
    }
}
