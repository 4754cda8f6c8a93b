// Dots, lines and stripes of tiles that do not vote, the same as in slidetype's pictures. They have the size of screen
// pixels at every zoom, so they never grow into something that looks like tissue.
import type { Color } from "../contract.js";
import type { TileStatus } from "./tile_table.js";

export type Pattern = Exclude<TileStatus, "ok">;

export const kPatternColors: Record<Pattern, Color> = {
    benign: [134, 166, 128],
    unfamiliar: [128, 128, 128],
    read_error: [225, 225, 225],
};

interface Weave {
    size: number;
    inked: (row: number, column: number) => boolean;
}

const kWeaves: Record<Pattern, Weave> = {
    benign: { size: 8, inked: (row, column) => row % 4 < 2 && (column + (row % 8 < 4 ? 0 : 4)) % 8 < 2 },
    unfamiliar: { size: 6, inked: (row, column) => (row - column + 6) % 6 < 2 },
    read_error: { size: 6, inked: (row, column) => (row + column) % 6 < 2 },
};

const made = new Map<Pattern, HTMLCanvasElement>();

/** One period of a pattern. */
export function patternTile(pattern: Pattern): HTMLCanvasElement {
    const tile = made.get(pattern) ?? weave(pattern);
    made.set(pattern, tile);
    return tile;
}

function weave(pattern: Pattern): HTMLCanvasElement {
    const { size, inked } = kWeaves[pattern];
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const context = canvas.getContext("2d")!;
    const image = context.createImageData(size, size);
    for (let row = 0; row < size; ++row) {
        for (let column = 0; column < size; ++column) {
            if (inked(row, column)) image.data.set([...kPatternColors[pattern], 255], (row * size + column) * 4);
        }
    }
    context.putImageData(image, 0, 0);
    return canvas;
}
