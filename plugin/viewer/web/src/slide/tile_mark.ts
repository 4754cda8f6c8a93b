import { svg } from "../base/dom.js";
import type { TileTable } from "../heatmap/tile_table.js";
import type { SvgOverlay } from "./svg_overlay.js";

/** A frame around the tile that is looked at. */
export class TileMark {
    private readonly group: SVGGElement;

    constructor(overlay: SvgOverlay) {
        this.group = overlay.group("tile-mark");
    }

    show({ source }: TileTable, tile: number): void {
        const place = {
            x: source.x[tile]!,
            y: source.y[tile]!,
            width: source.width[tile]!,
            height: source.height[tile]!,
        };
        this.group.replaceChildren(svg("rect", { class: "halo", ...place }), svg("rect", place));
    }

    hide(): void {
        this.group.replaceChildren();
    }
}
