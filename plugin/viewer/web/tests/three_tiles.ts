import type { TileColumns } from "../src/contract.js";

/** Cells 1, 3 and 5 of a grid of 3 × 2. */
export function threeTiles(overlap = 0): TileColumns {
    return {
        grid: { columns: 3, rows: 2, tile_width_px: 100, tile_height_px: 100, overlap },
        statuses: ["ok", "background", "outside_roi", "read_error", "benign", "unfamiliar"],
        index: [1, 3, 5],
        x: [100, 0, 200],
        y: [0, 100, 100],
        width: [100, 100, 100],
        height: [100, 100, 100],
        status: [0, 4, 3],
        tissue: [0.9, 1, 0.7],
        prob: [
            [0.2, 0.6, null],
            [0.8, 0.4, null],
        ],
        tumour: [0.9, 0.01, null],
        strangeness: null,
    };
}
