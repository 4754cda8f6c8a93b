// From scores to pixels, one per cell of the grid.
import type { Color } from "../contract.js";
import { colorTable, kSteps, type ColorMapName } from "./color_maps.js";
import { kStatuses, type TileStatus, type TileTable } from "./tile_table.js";

/** The class whose probability is shown, the class that leads, in its colour, or which tiles the heads looked at. */
export type Score = number | "leading" | "attention";

export interface PaintSettings {
    score: Score;
    colorMap: ColorMapName;
    /** Voting tiles nearer to one half than this are hidden: 0 shows all. */
    threshold: number;
    shown: Record<TileStatus, boolean>;
    classColors: Color[];
}

/** Below the dots and lines of tiles that do not vote; their tissue is to be judged by eye, so little of it. */
export const kPaper: Record<Exclude<TileStatus, "ok">, { color: Color; alpha: number }> = {
    benign: { color: [228, 237, 225], alpha: 150 },
    unfamiliar: { color: [236, 236, 236], alpha: 150 },
    read_error: { color: [70, 70, 70], alpha: 255 },
};

const kNoColor: Color = [120, 120, 120];

/** What is shown for a tile, 0 to 1: a probability, or the percentile of its attention; NaN where there is none. */
export function shownValue(table: TileTable, tile: number, score: Score): number {
    if (score === "attention") return (table.attention?.[tile] ?? NaN) / 100;
    const column = score === "leading" ? table.leadingClass(tile) : score;
    return column === null ? NaN : (table.probabilities[column]?.[tile] ?? NaN);
}

/** A score is sure when it is at least `threshold` from one half; rounding must not hide what lies on the line. */
export function isSure(probability: number, threshold: number): boolean {
    return Math.abs(probability - 0.5) >= threshold - 1e-6;
}

/** The colours of a score: those that part two classes at the middle say nothing of attention. */
export function mapOf(score: Score, chosen: ColorMapName): ColorMapName {
    return score === "attention" && chosen === "diverging" ? "viridis" : chosen;
}

/** Paints columns × rows pixels, red, green, blue, alpha; cells without a tile stay transparent. */
export function paintCells(table: TileTable, settings: PaintSettings, rgba: Uint8ClampedArray): void {
    const colors = colorTable(mapOf(settings.score, settings.colorMap));
    rgba.fill(0);
    const put = (cell: number, red: number, green: number, blue: number, alpha: number) => {
        const at = cell * 4;
        rgba[at] = red;
        rgba[at + 1] = green;
        rgba[at + 2] = blue;
        rgba[at + 3] = alpha;
    };
    for (let tile = 0; tile < table.count; ++tile) {
        const status = table.status[tile]!;
        if (!settings.shown[status]) continue;
        const cell = table.cellOf(tile);
        if (status !== "ok") {
            const { color, alpha } = kPaper[status];
            put(cell, ...color, alpha);
            continue;
        }
        const p = shownValue(table, tile, settings.score);
        if (Number.isNaN(p)) continue;
        if (settings.score !== "attention" && !isSure(p, settings.threshold)) continue;
        if (settings.score === "leading") {
            put(cell, ...(settings.classColors[table.leadingClass(tile)!] ?? kNoColor), 255);
        } else {
            const step = Math.round(p * (kSteps - 1)) * 3;
            put(cell, colors[step]!, colors[step + 1]!, colors[step + 2]!, 255);
        }
    }
}

/** One opaque pixel per cell of the status, to cut a pattern out with; false where there is none. */
export function paintMask(table: TileTable, status: TileStatus, rgba: Uint8ClampedArray): boolean {
    rgba.fill(0);
    let any = false;
    for (let tile = 0; tile < table.count; ++tile) {
        if (table.status[tile] !== status) continue;
        rgba[table.cellOf(tile) * 4 + 3] = 255;
        any = true;
    }
    return any;
}

export function allShown(): Record<TileStatus, boolean> {
    return Object.fromEntries(kStatuses.map((status) => [status, true])) as Record<TileStatus, boolean>;
}
