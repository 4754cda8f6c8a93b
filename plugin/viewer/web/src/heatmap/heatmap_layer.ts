// The heatmap over the slide. The grid is painted once, one pixel per cell, and the picture is stretched over the slide in
// every frame; so moving, opacity and the choice of colours cost the same for any number of tiles.
import { OverlayCanvas } from "../slide/overlay_canvas.js";
import type { Placement, SlideView } from "../slide/slide_view.js";
import { paintCells, paintMask, type PaintSettings } from "./paint.js";
import { kPatternColors, patternTile, type Pattern } from "./patterns.js";
import type { TileTable } from "./tile_table.js";

const kPatterns = Object.keys(kPatternColors) as Pattern[];

/** A part of the grid, in cells, and where it goes on the screen. */
interface Patch {
    column: number;
    row: number;
    columns: number;
    rows: number;
    x: number;
    y: number;
    width: number;
    height: number;
}

export interface HeatmapSettings extends PaintSettings {
    visible: boolean;
    opacity: number;
}

export class HeatmapLayer {
    private readonly canvas: OverlayCanvas;
    private readonly cells = document.createElement("canvas");
    private readonly masks = new Map<Pattern, HTMLCanvasElement>();
    private readonly stencil = document.createElement("canvas");
    private table: TileTable | null = null;
    private settings: HeatmapSettings;
    private cellsAreOld = true;

    constructor(
        private readonly view: SlideView,
        settings: HeatmapSettings,
    ) {
        this.settings = settings;
        this.canvas = new OverlayCanvas(view, "heatmap", (context, place) => this.draw(context, place));
    }

    setTable(table: TileTable | null): void {
        this.table = table;
        this.masks.clear();
        if (table) this.paintMasks(table);
        this.cellsAreOld = true;
        this.canvas.redraw();
    }

    setSettings(settings: HeatmapSettings): void {
        this.cellsAreOld = this.cellsAreOld || paintKey(settings) !== paintKey(this.settings);
        this.settings = settings;
        this.canvas.redraw();
    }

    /** The alpha on the screen at a level-0 point. */
    alphaAt(x: number, y: number): number {
        const at = this.view.toElement({ x, y });
        return this.canvas.alphaAt(at.x, at.y);
    }

    private paintMasks(table: TileTable): void {
        for (const pattern of kPatterns) {
            const mask = document.createElement("canvas");
            let any = false;
            fill(mask, table, (rgba) => {
                any = paintMask(table, pattern, rgba);
            });
            if (any) this.masks.set(pattern, mask);
        }
    }

    private draw(context: CanvasRenderingContext2D, place: Placement): void {
        const { table, settings } = this;
        if (!table || table.count === 0 || !settings.visible) return;
        if (this.cellsAreOld) {
            fill(this.cells, table, (rgba) => paintCells(table, settings, rgba));
            this.cellsAreOld = false;
        }
        const patch = this.visiblePatch(table, place);
        if (!patch) return;
        context.globalAlpha = settings.opacity;
        stretch(context, this.cells, patch);
        for (const [pattern, mask] of this.masks) {
            if (settings.shown[pattern]) this.drawPattern(context, pattern, mask, patch);
        }
        context.globalAlpha = 1;
    }

    /** Cuts the pattern out with the mask aside, then puts it over the cells. */
    private drawPattern(
        context: CanvasRenderingContext2D,
        pattern: Pattern,
        mask: HTMLCanvasElement,
        patch: Patch,
    ): void {
        const { width, height } = this.view.size();
        if (this.stencil.width !== width || this.stencil.height !== height) {
            this.stencil.width = width;
            this.stencil.height = height;
        }
        const aside = this.stencil.getContext("2d")!;
        aside.globalCompositeOperation = "copy";
        stretch(aside, mask, patch);
        aside.globalCompositeOperation = "source-in";
        aside.fillStyle = aside.createPattern(patternTile(pattern), "repeat")!;
        aside.fillRect(0, 0, width, height);
        context.drawImage(this.stencil, 0, 0);
    }

    /** Only what is on the screen is stretched: a whole grid at high zoom is larger than a canvas may be. */
    private visiblePatch(table: TileTable, place: Placement): Patch | null {
        const { width, height } = this.view.size();
        const cellWidth = table.strideX * place.scale;
        const cellHeight = table.strideY * place.scale;
        const left = place.x + table.originX * place.scale;
        const top = place.y + table.originY * place.scale;
        const column = Math.max(0, Math.floor(-left / cellWidth));
        const row = Math.max(0, Math.floor(-top / cellHeight));
        const endColumn = Math.min(table.columns, Math.ceil((width - left) / cellWidth));
        const endRow = Math.min(table.rows, Math.ceil((height - top) / cellHeight));
        if (column >= endColumn || row >= endRow) return null;
        return {
            column,
            row,
            columns: endColumn - column,
            rows: endRow - row,
            x: left + column * cellWidth,
            y: top + row * cellHeight,
            width: (endColumn - column) * cellWidth,
            height: (endRow - row) * cellHeight,
        };
    }
}

/** What the cells' colours depend on; how they are laid over the slide is not part of it. */
function paintKey(settings: HeatmapSettings): string {
    return JSON.stringify({ ...settings, visible: null, opacity: null });
}

function fill(canvas: HTMLCanvasElement, table: TileTable, paint: (rgba: Uint8ClampedArray) => void): void {
    canvas.width = Math.max(1, table.columns);
    canvas.height = Math.max(1, table.rows);
    const context = canvas.getContext("2d")!;
    const image = context.createImageData(canvas.width, canvas.height);
    paint(image.data);
    context.putImageData(image, 0, 0);
}

function stretch(context: CanvasRenderingContext2D, cells: HTMLCanvasElement, patch: Patch): void {
    // Cells keep their edges, but where several share a pixel they are averaged: else whole rows would flicker.
    context.imageSmoothingEnabled = patch.width < patch.columns;
    context.drawImage(
        cells,
        patch.column,
        patch.row,
        patch.columns,
        patch.rows,
        patch.x,
        patch.y,
        patch.width,
        patch.height,
    );
}
