// The bar on top of every page.
import { html } from "./dom.js";
import { helpButton } from "./help.js";
import { themeButton } from "./theme.js";

/** `parts` stand behind the name of the program. */
export function topBar(version: string, ...parts: HTMLElement[]): HTMLElement {
    return html(
        "header",
        { class: "top" },
        html("a", { href: "#/", class: "brand" }, "slidetype"),
        ...parts,
        html("span", { class: "purpose" }, "Research use only; not for diagnosis"),
        themeButton(),
        helpButton(() => version),
    );
}
