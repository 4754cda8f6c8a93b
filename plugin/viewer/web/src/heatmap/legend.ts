// What colours and patterns mean, with a switch for each kind of tile.
import { html, swatch } from "../base/dom.js";
import { countText } from "../base/format.js";
import type { SlideDetail } from "../contract.js";
import { kSteps, colorTable, type ColorMapName } from "./color_maps.js";
import { kPaper, mapOf, type Score } from "./paint.js";
import { patternTile } from "./patterns.js";
import { kStatuses, kStatusMeanings, kStatusNames, type TileStatus, type TileTable } from "./tile_table.js";

type Shown = Record<TileStatus, boolean>;
type SetShown = (status: TileStatus, shown: boolean) => void;

function colorBar(map: ColorMapName): HTMLCanvasElement {
    const canvas = html("canvas", { class: "color-bar", width: kSteps, height: 1, "aria-hidden": "true" });
    const context = canvas.getContext("2d")!;
    const image = context.createImageData(kSteps, 1);
    const table = colorTable(map);
    for (let step = 0; step < kSteps; ++step) {
        image.data.set([table[step * 3]!, table[step * 3 + 1]!, table[step * 3 + 2]!, 255], step * 4);
    }
    context.putImageData(image, 0, 0);
    return canvas;
}

function attentionScale(map: ColorMapName): HTMLElement {
    return html(
        "div",
        {
            class: "scale-of-colors",
            role: "img",
            "aria-label": "Colours from attention 0, the least, to 100, the most",
        },
        html(
            "div",
            { class: "ends" },
            html("span", {}, "least"),
            html("span", { class: "dim" }, "Attention"),
            html("span", {}, "most"),
        ),
        colorBar(map),
        html("div", { class: "ends dim" }, html("span", {}, "0"), html("span", {}, "50"), html("span", {}, "100")),
    );
}

const kAttentionMeaning =
    "Attention: which tiles the heads looked at for the call. 70 means that a tile weighs more in it than 70 % of the " +
    "scored tiles of this slide. It is no probability, and says nothing of LUAD or LUSC.";

function scale(slide: SlideDetail, score: Score, map: ColorMapName): HTMLElement {
    if (score === "leading") {
        return html(
            "ul",
            { class: "classes" },
            ...slide.classes.map(({ label, color }) => html("li", {}, swatch(color), ` ${label}`)),
        );
    }
    if (score === "attention") return attentionScale(mapOf(score, map));
    const label = slide.classes[score]?.label ?? "";
    const [low, high] = slide.lusc_column === score ? ["LUAD", "LUSC"] : ["", ""];
    return html(
        "div",
        { class: "scale-of-colors", role: "img", "aria-label": `Colours from P(${label}) 0 to 1` },
        html(
            "div",
            { class: "ends" },
            html("span", {}, low),
            html("span", { class: "dim" }, `P(${label})`),
            html("span", {}, high),
        ),
        colorBar(map),
        html("div", { class: "ends dim" }, html("span", {}, "0"), html("span", {}, "0.5"), html("span", {}, "1")),
    );
}

function sample(status: TileStatus): HTMLElement {
    if (status === "ok") return html("span", { class: "swatch voting", "aria-hidden": "true" });
    const canvas = html("canvas", { class: "swatch", width: 16, height: 16, "aria-hidden": "true" });
    const context = canvas.getContext("2d")!;
    const [red, green, blue] = kPaper[status].color;
    context.fillStyle = `rgb(${red} ${green} ${blue})`;
    context.fillRect(0, 0, 16, 16);
    context.fillStyle = context.createPattern(patternTile(status), "repeat")!;
    context.fillRect(0, 0, 16, 16);
    return canvas;
}

function statusSwitch(status: TileStatus, count: number, shown: Shown, setShown: SetShown): HTMLElement {
    const box = html("input", {
        type: "checkbox",
        checked: shown[status],
        "data-testid": `status-${status}`,
        onchange: () => setShown(status, box.checked),
    });
    return html(
        "li",
        {},
        html(
            "label",
            { title: kStatusMeanings[status] },
            box,
            sample(status),
            html("span", {}, kStatusNames[status]),
            html("span", { class: "dim count" }, countText(count)),
        ),
    );
}

export function legend(
    slide: SlideDetail,
    table: TileTable | null,
    settings: { colorMap: ColorMapName; shown: Shown },
    score: Score,
    setShown: SetShown,
): HTMLElement[] {
    if (!table) return [];
    const counts = table.statusCounts();
    const kinds = kStatuses.filter((status) => status === "ok" || counts[status] > 0);
    return [
        scale(slide, score, settings.colorMap),
        ...(score === "attention"
            ? [html("p", { class: "note", "data-testid": "attention-meaning" }, kAttentionMeaning)]
            : []),
        html(
            "ul",
            { class: "statuses", "aria-label": "Kinds of tiles" },
            ...kinds.map((status) => statusSwitch(status, counts[status], settings.shown, setShown)),
        ),
        html("p", { class: "note" }, "No colour: too little tissue, or outside the region of interest."),
    ];
}
