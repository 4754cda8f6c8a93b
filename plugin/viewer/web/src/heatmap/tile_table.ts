// The tiles of a slide by their place on the grid.
import type { TileColumns } from "../contract.js";

/** What became of a tile. Tiles that the server left out, too little tissue or outside the region, are not in the table. */
export const kStatuses = ["ok", "benign", "unfamiliar", "read_error"] as const;
export type TileStatus = (typeof kStatuses)[number];

export const kStatusNames: Record<TileStatus, string> = {
    ok: "Voting",
    benign: "Benign",
    unfamiliar: "Unfamiliar",
    read_error: "Not readable",
};

/** In words that need no knowledge of the program. */
export const kStatusMeanings: Record<TileStatus, string> = {
    ok: "Counts towards the call",
    benign: "Does not look like tumour; not counted",
    unfamiliar: "Unlike the tissue the model learned from; not counted",
    read_error: "The slide could not be read here; not scored",
};

const kAbsent = -1;

function numbers(values: (number | null)[] | null): Float32Array | null {
    return values && Float32Array.from(values, (value) => value ?? NaN);
}

export class TileTable {
    readonly count: number;
    readonly columns: number;
    readonly rows: number;
    /** From cell to cell, level-0 pixels; with overlap less than a tile. */
    readonly strideX: number;
    readonly strideY: number;
    /** The upper left corner of the grid's cells: with overlap a cell is the middle of its tile. */
    readonly originX: number;
    readonly originY: number;
    readonly status: TileStatus[];
    /** One array per class; NaN where a tile was not scored. */
    readonly probabilities: Float32Array[];
    readonly tumour: Float32Array | null;
    readonly strangeness: Float32Array | null;
    /** Percentiles, 0 to 100. */
    readonly attention: Float32Array | null;
    private readonly tileOfCell: Int32Array;

    constructor(readonly source: TileColumns) {
        const { grid } = source;
        this.count = source.index.length;
        this.columns = grid.columns;
        this.rows = grid.rows;
        this.strideX = grid.tile_width_px * (1 - grid.overlap);
        this.strideY = grid.tile_height_px * (1 - grid.overlap);
        this.originX = (grid.tile_width_px - this.strideX) / 2;
        this.originY = (grid.tile_height_px - this.strideY) / 2;
        this.status = source.status.map((code) => asStatus(source.statuses[code]));
        this.probabilities = source.prob.map((column) => numbers(column)!);
        this.tumour = numbers(source.tumour);
        this.strangeness = numbers(source.strangeness);
        this.attention = numbers(source.attention ?? null);
        this.tileOfCell = new Int32Array(this.columns * this.rows).fill(kAbsent);
        source.index.forEach((cell, tile) => {
            this.tileOfCell[cell] = tile;
        });
    }

    /** The raster index of a tile, which names it to the server. */
    cellOf(tile: number): number {
        return this.source.index[tile]!;
    }

    columnOf(tile: number): number {
        return this.cellOf(tile) % this.columns;
    }

    rowOf(tile: number): number {
        return Math.floor(this.cellOf(tile) / this.columns);
    }

    atCell(column: number, row: number): number | null {
        if (column < 0 || column >= this.columns || row < 0 || row >= this.rows) return null;
        const tile = this.tileOfCell[row * this.columns + column]!;
        return tile === kAbsent ? null : tile;
    }

    at(x: number, y: number): number | null {
        return this.atCell(
            Math.floor((x - this.originX) / this.strideX),
            Math.floor((y - this.originY) / this.strideY),
        );
    }

    /** The tile whose middle is nearest; null where there are no tiles. */
    nearest(x: number, y: number): number | null {
        const { x: left, y: top, width, height } = this.source;
        let best: number | null = null;
        let least = Infinity;
        for (let tile = 0; tile < this.count; ++tile) {
            const distance = Math.hypot(left[tile]! + width[tile]! / 2 - x, top[tile]! + height[tile]! / 2 - y);
            if (distance < least) {
                best = tile;
                least = distance;
            }
        }
        return best;
    }

    /** Whether a place belongs to the grid, with or without a tile there. */
    covers(x: number, y: number): boolean {
        const column = (x - this.originX) / this.strideX;
        const row = (y - this.originY) / this.strideY;
        return column >= 0 && column < this.columns && row >= 0 && row < this.rows;
    }

    /** The next tile in a direction, over what is left out; null at the end. */
    neighbour(tile: number, right: number, down: number): number | null {
        let column = this.columnOf(tile) + right;
        let row = this.rowOf(tile) + down;
        for (; column >= 0 && column < this.columns && row >= 0 && row < this.rows; column += right, row += down) {
            const found = this.atCell(column, row);
            if (found !== null) return found;
        }
        return null;
    }

    /** The class of the highest probability; null where the tile was not scored. */
    leadingClass(tile: number): number | null {
        let best: number | null = null;
        for (let c = 0; c < this.probabilities.length; ++c) {
            const p = this.probabilities[c]![tile]!;
            if (Number.isNaN(p)) return null;
            if (best === null || p > this.probabilities[best]![tile]!) best = c;
        }
        return best;
    }

    /** Without the tiles that a run which is still going on has not come to. */
    statusCounts(): Record<TileStatus, number> {
        const counts: Record<TileStatus, number> = { ok: 0, benign: 0, unfamiliar: 0, read_error: 0 };
        this.status.forEach((status, tile) => {
            if (status === "read_error" || this.leadingClass(tile) !== null) counts[status] += 1;
        });
        return counts;
    }
}

/** What a newer server may add is shown as not readable rather than as a score. */
function asStatus(name: string | undefined): TileStatus {
    return kStatuses.find((status) => status === name) ?? "read_error";
}
