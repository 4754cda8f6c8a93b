import { html } from "../base/dom.js";
import { magnificationText } from "../base/format.js";
import type { SlideView } from "./slide_view.js";

/** The largest of 1, 2, 5 × 10^k µm that is at most `widest` pixels long. */
export function scaleBar(umPerPixel: number, widest: number): { pixels: number; text: string } {
    const limit = umPerPixel * widest;
    let um = 10 ** Math.floor(Math.log10(limit));
    um *= limit >= 5 * um ? 5 : limit >= 2 * um ? 2 : 1;
    const text = um >= 1000 ? `${Number((um / 1000).toPrecision(1))} mm` : `${Number(um.toPrecision(1))} µm`;
    return { pixels: um / umPerPixel, text };
}

/** How much of the slide a pixel of the screen shows, as a microscopist says it. */
export function zoomText(spacing: number | null, scale: number): string {
    if (spacing !== null) return `${(spacing / scale).toPrecision(2)} µm/px, ${magnificationText(spacing / scale)}`;
    return `${Number((1 / scale).toPrecision(2))} slide px per screen px`;
}

const kWidest = 160;

/** Scale bar and zoom in a corner of the view. */
export function scaleReadout(view: SlideView, spacing: readonly [number, number] | null): HTMLElement {
    const bar = html("div", { class: "bar", "aria-hidden": "true" });
    const length = html("span", { "data-testid": "scale-bar" });
    const zoom = html("span", { "data-testid": "zoom-text" });
    view.onMove(() => {
        const { scale } = view.placement();
        zoom.textContent = zoomText(spacing?.[0] ?? null, scale);
        bar.hidden = spacing === null;
        if (spacing === null) {
            length.textContent = "unknown spacing";
            return;
        }
        const { pixels, text } = scaleBar(spacing[0] / scale, kWidest);
        bar.style.width = `${pixels}px`;
        length.textContent = text;
    });
    return html("div", { class: "scale" }, bar, html("div", {}, length, html("span", { class: "dim" }, " · "), zoom));
}
