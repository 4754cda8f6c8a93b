import { html } from "../base/dom.js";
import type { CallLabel } from "../contract.js";

/** The call with a mark of its colour; the words carry the meaning. */
export function callBadge(call: CallLabel | null, testid: string | null = null): HTMLElement {
    return html("span", { class: `call ${call ?? "none"}`, "data-testid": testid }, callText(call));
}

export function callText(call: CallLabel | null): string {
    return call === null || call === "none" ? "no call" : call;
}
