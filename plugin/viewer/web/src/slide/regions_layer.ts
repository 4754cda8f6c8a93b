// Outlines of the regions where each class leads.
import { cssColor } from "../base/dom.js";
import type { Color, FeatureCollection } from "../contract.js";
import { bounds, polygonsOf, type Polygon } from "../annotations/geojson.js";
import { OverlayCanvas } from "./overlay_canvas.js";
import type { Box, Placement, SlideView } from "./slide_view.js";

const kLine = 2;
const kHalo = 4;
/** Pixels of the screen below which a region is drawn as a dot. */
const kSmallest = 5;

interface Outline {
    color: string;
    path: Path2D;
    box: Box;
}

function pathOf(polygon: Polygon): Path2D {
    const path = new Path2D();
    for (const ring of polygon) {
        ring.forEach(([x, y], k) => (k === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
        path.closePath();
    }
    return path;
}

function outlinesOf(regions: FeatureCollection): Outline[] {
    return regions.features.flatMap((region) => {
        const color = cssColor((region.properties?.color as Color | undefined) ?? [120, 120, 120]);
        return polygonsOf(region.geometry).map((polygon) => ({ color, path: pathOf(polygon), box: bounds([polygon]) }));
    });
}

export class RegionsLayer {
    private readonly canvas: OverlayCanvas;
    private outlines: Outline[] = [];
    private visible = false;

    constructor(private readonly view: SlideView) {
        this.canvas = new OverlayCanvas(view, "regions", (context, place) => this.draw(context, place));
    }

    setRegions(regions: FeatureCollection): void {
        this.outlines = outlinesOf(regions);
        this.canvas.redraw();
    }

    setVisible(visible: boolean): void {
        this.visible = visible;
        this.canvas.redraw();
    }

    private draw(context: CanvasRenderingContext2D, place: Placement): void {
        if (!this.visible) return;
        const shown = this.outlines.filter(({ box }) => this.isOnScreen(box, place));
        const isSmall = ({ box }: Outline) => Math.max(box.width, box.height) * place.scale < kSmallest;
        context.translate(place.x, place.y);
        context.scale(place.scale, place.scale);
        // An outline of a few pixels is a blot, and tens of thousands of them are slow: a dot says the same.
        for (const { color, box } of shown.filter(isSmall)) {
            context.fillStyle = color;
            context.fillRect(box.x, box.y, box.width, box.height);
        }
        this.drawOutlines(
            context,
            shown.filter((outline) => !isSmall(outline)),
            place.scale,
        );
    }

    private drawOutlines(context: CanvasRenderingContext2D, outlines: Outline[], scale: number): void {
        context.lineJoin = "round";
        // A light halo below all lines keeps them apart from tissue of any colour.
        context.strokeStyle = "rgb(255 255 255 / 0.8)";
        context.lineWidth = kHalo / scale;
        for (const { path } of outlines) context.stroke(path);
        context.lineWidth = kLine / scale;
        for (const { color, path } of outlines) {
            context.strokeStyle = color;
            context.stroke(path);
        }
    }

    private isOnScreen(box: Box, place: Placement): boolean {
        const { width, height } = this.view.size();
        const left = place.x + box.x * place.scale;
        const top = place.y + box.y * place.scale;
        return left < width && top < height && left + box.width * place.scale > 0 && top + box.height * place.scale > 0;
    }
}
