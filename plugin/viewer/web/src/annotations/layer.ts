// Annotations on the slide: shown, chosen with a click, drawn and edited.
import { cssColor, svg } from "../base/dom.js";
import type { AnnotationClass, Color } from "../contract.js";
import type { Box, Point, SlideView } from "../slide/slide_view.js";
import type { SvgOverlay } from "../slide/svg_overlay.js";
import { DrawingTool, ShapeEditor, type ToolName } from "./annotorious.js";
import type { Entry } from "./document.js";
import { colorOf, isAnnotation, limitsOf } from "./feature.js";
import { pathData, polygonsOf, type Polygon } from "./geojson.js";
import { holds, outlineOf } from "./outline.js";
import { shapeOf } from "./shapes.js";
import { sightOf, stillDoes, thinnedPath, type Sight } from "./thinned.js";

/** Cells and tiles of another program are drawn only while that does not stop the slide from moving. */
const kMostOthers = 5000;
/** Outlines of more points are drawn as far as the screen shows them, anew for each view. */
const kMostAsTheyAre = 2000;
/** A view that changes steadily is drawn for at most this often. */
const kRedrawMs = 120;

interface Drawn {
    element: SVGGElement;
    entry: Entry;
    /** For which view; null where the outline is drawn as it is. */
    sight: Sight | null;
}

export interface LayerHandlers {
    onDrawn(polygons: Polygon[]): void;
    onEdited(key: number, polygons: Polygon[]): void;
}

export class AnnotationLayer {
    private readonly shapes: SVGGElement;
    private readonly workbench: SVGGElement;
    private readonly drawn = new Map<number, Drawn>();
    private redrawing: ReturnType<typeof setTimeout> | undefined;
    private tool: DrawingTool | null = null;
    private editor: ShapeEditor | null = null;
    private edited: Entry | null = null;
    private entries: readonly Entry[] = [];

    constructor(
        private readonly view: SlideView,
        private readonly overlay: SvgOverlay,
        private readonly handlers: LayerHandlers,
        signal: AbortSignal,
    ) {
        this.shapes = overlay.group("annotations");
        this.workbench = overlay.group("workbench");
        overlay.onScale(() => this.redrawSoon(), signal);
        signal.addEventListener("abort", () => clearTimeout(this.redrawing), { once: true });
    }

    setVisible(visible: boolean): void {
        this.shapes.classList.toggle("hidden", !visible);
        this.workbench.classList.toggle("hidden", !visible);
    }

    /** Shows the annotations as they are now, the chosen one with handles where it can be edited. */
    show(entries: readonly Entry[], classes: readonly AnnotationClass[], chosen: number | null): void {
        this.entries = entries;
        this.showAnnotations(
            entries.filter(({ feature }) => isAnnotation(feature)),
            classes,
            chosen,
        );
        this.showOthers(entries.filter(({ feature }) => !isAnnotation(feature)));
        this.edit(entries.find(({ key }) => key === chosen) ?? null, classes);
    }

    private showAnnotations(entries: Entry[], classes: readonly AnnotationClass[], chosen: number | null): void {
        const gone = new Set(this.drawn.keys());
        for (const entry of entries) {
            gone.delete(entry.key);
            let shape = this.drawn.get(entry.key);
            if (shape?.entry !== entry) {
                shape?.element.remove();
                shape = this.draw(entry, colorOf(entry.feature, classes));
                this.drawn.set(entry.key, shape);
            }
            shape.element.classList.toggle("chosen", entry.key === chosen);
        }
        for (const key of gone) {
            this.drawn.get(key)!.element.remove();
            this.drawn.delete(key);
        }
    }

    /** A light halo keeps an outline apart from a heatmap of the same colour. */
    private draw(entry: Entry, color: Color): Drawn {
        const { feature } = entry;
        const outline = outlineOf(feature.geometry);
        const sight = outline.size > kMostAsTheyAre ? this.sight() : null;
        const d = sight ? thinnedPath(outline, sight) : pathData(feature.geometry);
        const frozen = limitsOf(feature).frozen ? " frozen" : "";
        const line = outline.polygons.length > 0 ? "" : " line";
        const element = svg(
            "g",
            { class: `annotation${frozen}${line}` },
            svg("path", { class: "halo", d }),
            svg("path", { class: "outline", d }),
        );
        element.style.setProperty("--class-color", cssColor(color));
        this.shapes.append(element);
        return { element, entry, sight };
    }

    /** The part of the slide in the window. */
    private seen(): Box {
        const { width, height } = this.view.size();
        const { x, y } = this.view.toSlide({ x: 0, y: 0 });
        const { scale } = this.view.placement();
        return { x, y, width: width / scale, height: height / scale };
    }

    private sight(): Sight {
        return sightOf(this.seen(), this.view.placement().scale);
    }

    private redrawSoon(): void {
        if (this.redrawing !== undefined) return;
        this.redrawing = setTimeout(() => {
            this.redrawing = undefined;
            this.redraw();
        }, kRedrawMs);
    }

    /** What was drawn for a view that is no longer near to this one. */
    private redraw(): void {
        const { scale } = this.view.placement();
        const seen = this.seen();
        for (const shape of this.drawn.values()) {
            if (shape.sight === null || stillDoes(shape.sight, seen, scale)) continue;
            shape.sight = sightOf(seen, scale);
            const data = thinnedPath(outlineOf(shape.entry.feature.geometry), shape.sight);
            for (const path of shape.element.children) path.setAttribute("d", data);
        }
    }

    /** What is no annotation goes into one element, as there may be very many. */
    private showOthers(others: Entry[]): void {
        this.shapes.querySelector(".others")?.remove();
        if (others.length === 0 || others.length > kMostOthers) return;
        this.shapes.prepend(
            svg("path", { class: "others", d: others.map(({ feature }) => pathData(feature.geometry)).join("") }),
        );
    }

    private edit(entry: Entry | null, classes: readonly AnnotationClass[]): void {
        if (this.edited === entry) return;
        this.editor?.end();
        this.editor = null;
        this.edited = entry;
        if (this.tool || !entry || limitsOf(entry.feature).outlineFrozen) return;
        const { key, feature } = entry;
        this.workbench.style.setProperty("--class-color", cssColor(colorOf(feature, classes)));
        this.editor = new ShapeEditor(this.view, this.overlay, this.workbench, shapeOf(polygonsOf(feature.geometry)), {
            onChange: (polygons) => this.follow(key, polygons),
            onDone: (polygons) => this.handlers.onEdited(key, polygons),
        });
    }

    /** The shape below the handles goes with them. */
    private follow(key: number, polygons: Polygon[]): void {
        const data = pathData({ type: "MultiPolygon", coordinates: polygons });
        for (const path of this.drawn.get(key)?.element.children ?? []) path.setAttribute("d", data);
    }

    /** The annotation at a level-0 point, of several the one that was drawn last. */
    at({ x, y }: Point): Entry | null {
        for (let k = this.entries.length - 1; k >= 0; --k) {
            const entry = this.entries[k]!;
            if (isAnnotation(entry.feature) && holds(outlineOf(entry.feature.geometry), x, y)) return entry;
        }
        return null;
    }

    startDrawing(name: ToolName): void {
        this.stopDrawing();
        this.overlay.element.classList.add("drawing");
        this.view.element.classList.add("drawing");
        this.tool = new DrawingTool(this.view, this.overlay, this.workbench, name, (polygons) => {
            // The tool is still in its own event handler.
            queueMicrotask(() => {
                this.stopDrawing();
                this.handlers.onDrawn(polygons);
            });
        });
    }

    stopDrawing(): void {
        this.tool?.end();
        this.tool = null;
        this.overlay.element.classList.remove("drawing");
        this.view.element.classList.remove("drawing");
    }
}
