// How the scores of the voting tiles spread.
import { svg } from "../base/dom.js";
import { countText, plural, probabilityText } from "../base/format.js";
import { isSure, shownValue, type Score } from "./paint.js";
import type { TileTable } from "./tile_table.js";

export const kBins = 20;

/** Number of voting tiles per step of the score, and how many of them the threshold leaves. */
export function countScores(table: TileTable, score: Score, threshold: number) {
    const bins = new Array<number>(kBins).fill(0);
    let voting = 0;
    let sure = 0;
    for (let tile = 0; tile < table.count; ++tile) {
        if (table.status[tile] !== "ok") continue;
        const p = shownValue(table, tile, score);
        if (Number.isNaN(p)) continue;
        bins[Math.min(kBins - 1, Math.floor(p * kBins))]! += 1;
        voting += 1;
        if (isSure(p, threshold)) sure += 1;
    }
    return { bins, voting, sure };
}

const kWidth = 320;
const kHeight = 132;
const kLeft = 6;
const kTop = 16;
const kBottom = 20;

/** The chart; tiles between the marks are the ones that the threshold hides. */
export function histogramChart(
    table: TileTable,
    score: Score,
    threshold: number,
    scoreName: string,
    mean: number | null,
) {
    const { bins, voting, sure } = countScores(table, score, threshold);
    const highest = Math.max(1, ...bins);
    const x = (p: number) => kLeft + p * (kWidth - 2 * kLeft);
    const floor = kHeight - kBottom;
    const parts: SVGElement[] = [];
    if (threshold > 0) {
        parts.push(
            svg("rect", {
                class: "hidden-range",
                x: x(0.5 - threshold),
                y: kTop,
                width: x(0.5 + threshold) - x(0.5 - threshold),
                height: floor - kTop,
            }),
        );
    }
    bins.forEach((count, bin) => {
        if (count === 0) return;
        // What is there at all shows as a hairline at least.
        const height = Math.max(1, (count / highest) * (floor - kTop - 4));
        const left = x(bin / kBins);
        const width = x((bin + 1) / kBins) - left;
        parts.push(
            svg(
                "rect",
                { class: "bar", x: left + 0.6, y: floor - height, width: width - 1.2, height },
                svg(
                    "title",
                    {},
                    `${probabilityText(bin / kBins)}–${probabilityText((bin + 1) / kBins)}: ${plural(count, "tile")}`,
                ),
            ),
        );
    });
    parts.push(svg("line", { class: "axis", x1: kLeft, y1: floor, x2: kWidth - kLeft, y2: floor }));
    for (const p of [0, 0.25, 0.5, 0.75, 1]) {
        parts.push(
            svg(
                "text",
                {
                    class: "dim",
                    x: x(p),
                    y: kHeight - 6,
                    "text-anchor": p === 0 ? "start" : p === 1 ? "end" : "middle",
                },
                String(p),
            ),
        );
    }
    if (threshold > 0) {
        for (const p of [0.5 - threshold, 0.5 + threshold]) {
            parts.push(svg("line", { class: "threshold", x1: x(p), y1: kTop, x2: x(p), y2: floor }));
        }
    }
    if (mean !== null) {
        parts.push(
            svg("line", { class: "mean", x1: x(mean), y1: kTop - 4, x2: x(mean), y2: floor }),
            svg(
                "text",
                {
                    class: "dim",
                    x: x(mean),
                    y: kTop - 6,
                    "text-anchor": mean > 0.8 ? "end" : mean < 0.2 ? "start" : "middle",
                },
                "mean",
            ),
        );
    }
    const spoken =
        `${scoreName} of ${plural(voting, "voting tile")}` +
        (threshold > 0 ? `; ${countText(sure)} are surer than the threshold` : "");
    return {
        chart: svg("svg", { role: "img", "aria-label": spoken, viewBox: `0 0 ${kWidth} ${kHeight}` }, ...parts),
        voting,
        sure,
    };
}
