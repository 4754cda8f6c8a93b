import { thumbnailUrl } from "../base/api.js";
import { html } from "../base/dom.js";
import { areaText, plural } from "../base/format.js";
import { slideHash } from "../base/router.js";
import type { BatchSlide, SlideState } from "../contract.js";
import { callBadge } from "../slide/call_badge.js";
import { probabilityCell } from "./probability_cell.js";

/** A row that is only scrolled past asks for no picture. */
const kThumbnailDelayMs = 120;

export const kStateNames: Record<SlideState, string> = {
    scored: "scored",
    unscored: "not scored",
    running: "being scored",
    failed: "failed",
};

function thumbnail(slide: BatchSlide): HTMLElement {
    const place = html("span", { class: "thumbnail" });
    const image = html("img", { alt: "", decoding: "async" });
    const placeholder = () => place.replaceChildren(html("span", { class: "no-thumbnail dim" }, "no picture"));
    if (!slide.has_pixels) {
        placeholder();
        return place;
    }
    image.addEventListener("error", placeholder);
    place.append(image);
    setTimeout(() => {
        if (place.isConnected) image.src = thumbnailUrl(slide.id);
    }, kThumbnailDelayMs);
    return place;
}

/** Why there is no call, or why it is what it is. */
function remark(slide: BatchSlide): HTMLElement {
    if (slide.error !== null) return html("span", { class: "remark error" }, slide.error);
    return html("span", { class: "remark dim" }, slide.reason ?? "");
}

/** The call, with a badge where the model does not know such slides. */
function call(slide: BatchSlide): HTMLElement {
    if (slide.call === null) return html("span", { class: "call none" }, kStateNames[slide.state]);
    if (slide.known !== false) return callBadge(slide.call);
    return html(
        "span",
        { class: "call-cell" },
        callBadge(slide.call),
        html(
            "span",
            {
                class: "unlike",
                title: slide.reason ?? "This slide does not look like the pictures that the model was made from.",
                "data-testid": "unlike",
            },
            slide.supported ? "not known" : "unsupported",
            html("span", { class: "spoken" }, " to the model"),
        ),
    );
}

export function slideRow(slide: BatchSlide): HTMLElement {
    const notes = [
        slide.state === "scored" ? "" : kStateNames[slide.state],
        slide.annotations ? plural(slide.annotations, "annotation") : "",
        slide.has_pixels ? "" : "no pixels",
    ].filter((note) => note !== "");
    return html(
        "li",
        { class: "row-item" },
        html(
            "a",
            { href: slideHash(slide.id), class: `slide-row ${slide.state}`, "data-testid": "slide-row" },
            thumbnail(slide),
            html(
                "span",
                { class: "title" },
                html("span", { class: "name", title: slide.name }, slide.name),
                html("span", { class: "dim notes" }, notes.join(" · ")),
            ),
            call(slide),
            probabilityCell(slide),
            html("span", { class: "area" }, areaText(slide.scored_mm2)),
            remark(slide),
        ),
    );
}
