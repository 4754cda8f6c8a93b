import { svg } from "../base/dom.js";
import { intervalText, probabilityText } from "../base/format.js";
import type { Interval } from "../contract.js";

const kWidth = 320;
const kHeight = 46;
const kEdge = 8;
const kLine = 16;

/** P(LUSC) of the slide with its interval on a line from LUAD to LUSC; one half is marked, as the call turns there. */
export function intervalChart(mean: number, interval: Interval | null): SVGSVGElement {
    const x = (p: number) => kEdge + p * (kWidth - 2 * kEdge);
    const spoken = `P(LUSC) ${probabilityText(mean)}` + (interval ? `, 95 % interval ${intervalText(interval)}` : "");
    return svg(
        "svg",
        { class: "interval", role: "img", "aria-label": spoken, viewBox: `0 0 ${kWidth} ${kHeight}` },
        svg("line", { class: "axis luad", x1: x(0), y1: kLine, x2: x(0.5), y2: kLine }),
        svg("line", { class: "axis lusc", x1: x(0.5), y1: kLine, x2: x(1), y2: kLine }),
        svg("line", { class: "half", x1: x(0.5), y1: 2, x2: x(0.5), y2: kLine + 12 }),
        interval &&
            svg("rect", {
                class: "range",
                x: x(interval[0]),
                y: kLine - 6,
                width: Math.max(2, x(interval[1]) - x(interval[0])),
                height: 12,
                rx: 3,
            }),
        svg("circle", { class: "mean", cx: x(mean), cy: kLine, r: 6 }),
        svg("text", { class: "dim", x: x(0), y: kHeight - 4, "text-anchor": "start" }, "LUAD 0"),
        svg("text", { class: "dim", x: x(0.5), y: kHeight - 4, "text-anchor": "middle" }, "0.5"),
        svg("text", { class: "dim", x: x(1), y: kHeight - 4, "text-anchor": "end" }, "1 LUSC"),
    );
}

/** The same without words, for a row of a list. */
export function smallInterval(mean: number, interval: Interval | null): SVGSVGElement {
    const width = 120;
    const x = (p: number) => 4 + p * (width - 8);
    return svg(
        "svg",
        { class: "interval small", "aria-hidden": "true", viewBox: `0 0 ${width} 16`, width, height: 16 },
        svg("line", { class: "axis luad", x1: x(0), y1: 8, x2: x(0.5), y2: 8 }),
        svg("line", { class: "axis lusc", x1: x(0.5), y1: 8, x2: x(1), y2: 8 }),
        svg("line", { class: "half", x1: x(0.5), y1: 2, x2: x(0.5), y2: 14 }),
        interval &&
            svg("rect", {
                class: "range",
                x: x(interval[0]),
                y: 4,
                width: Math.max(2, x(interval[1]) - x(interval[0])),
                height: 8,
                rx: 2,
            }),
        svg("circle", { class: "mean", cx: x(mean), cy: 8, r: 4 }),
    );
}
