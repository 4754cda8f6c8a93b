import { button, html } from "./dom.js";
import { activeShortcuts } from "./shortcuts.js";

export function showHelp(version: string): void {
    const rows = activeShortcuts().map(({ key, shown, does }) =>
        html("tr", {}, html("th", { scope: "row" }, html("kbd", {}, shown ?? key)), html("td", {}, does)),
    );
    const dialog = html("dialog", { class: "help", "aria-labelledby": "help-title", "data-testid": "help-dialog" });
    dialog.append(
        html(
            "header",
            {},
            html("h2", { id: "help-title" }, "Keys"),
            button("Close", { class: "quiet", onclick: () => dialog.close() }, "×"),
        ),
        html("table", {}, html("tbody", {}, ...rows)),
        html("p", { class: "note" }, `slidetype ${version}. Research software. Not for diagnosis.`),
    );
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
        if (event.target === dialog) dialog.close(); // the backdrop
    });
    document.body.append(dialog);
    dialog.showModal();
}

export function helpButton(version: () => string): HTMLButtonElement {
    return button("Help", { "data-testid": "help", title: "Keys (?)", onclick: () => showHelp(version()) });
}
