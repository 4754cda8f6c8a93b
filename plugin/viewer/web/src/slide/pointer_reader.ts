// The mouse over the slide: which tile is below it, and what a click means.
import type { Lifetime } from "../base/lifetime.js";
import type { TileTable } from "../heatmap/tile_table.js";
import type { Settings } from "./layer_settings.js";
import type { SlideParts } from "./slide_parts.js";
import type { Point } from "./slide_view.js";
import { Tooltip } from "./tooltip.js";

export class PointerReader {
    private readonly tooltip: Tooltip;
    private table: TileTable | null = null;
    private latest: PointerEvent | null = null;
    private pressedWithTool = false;

    constructor(
        private readonly parts: SlideParts,
        private readonly settings: Settings,
        lifetime: Lifetime,
        onClick: (point: Point) => void,
    ) {
        const { view } = parts;
        this.tooltip = new Tooltip(view, parts.slide);
        lifetime.listen(view.element, "pointermove", (event) => this.moved(event));
        lifetime.listen(view.element, "pointerleave", () => this.left());
        lifetime.listen(
            view.layers,
            "pointerdown",
            () => {
                this.pressedWithTool = parts.corrections.state.value.tool !== null;
                this.left();
            },
            true,
        );
        view.onClick((at) => {
            // The click that ends a drawing belongs to the drawing.
            if (!this.pressedWithTool) onClick(view.toSlide(at));
        });
        view.onMove(() => this.tooltip.hide());
    }

    setTable(table: TileTable | null): void {
        this.table = table;
        this.tooltip.hide();
    }

    tileAt({ x, y }: Point): number | null {
        return this.table?.at(x, y) ?? null;
    }

    nearestTile({ x, y }: Point): number | null {
        return this.table?.nearest(x, y) ?? null;
    }

    /** Once per frame, however fast the mouse reports. */
    private moved(event: PointerEvent): void {
        if (this.latest === null) requestAnimationFrame(() => this.read());
        this.latest = event;
    }

    private left(): void {
        this.latest = null;
        this.tooltip.hide();
    }

    private read(): void {
        const event = this.latest;
        this.latest = null;
        if (!event) return;
        const { view, corrections } = this.parts;
        const isIdle = event.buttons === 0 && corrections.state.value.tool === null && this.settings.value.heatmap;
        if (!this.table || !isIdle || !view.layers.contains(event.target as Node)) return this.tooltip.hide();
        this.tooltip.show(this.table, view.pointOf(event));
    }
}
