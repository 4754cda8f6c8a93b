// Annotorious' drawing tools and shape editors, mounted on the slide.
//
// Its OpenSeadragon package draws with WebGL and compiles code at run time, which the page's security policy forbids. The
// tools and editors of its main package are plain SVG, so they are taken from there, by the interface through which it
// takes tools and editors of others; what lies around them (showing, choosing, keeping) is this page's own.
import { getEditor, getTool } from "@annotorious/annotorious";
import type { SlideView } from "../slide/slide_view.js";
import type { SvgOverlay } from "../slide/svg_overlay.js";
import type { Polygon } from "./geojson.js";
import { polygonsOfShape, type Shape } from "./shapes.js";

export type ToolName = "rectangle" | "polygon";

interface Mounted {
    $on(event: string, handler: (event: CustomEvent<Shape>) => void): void;
    $set(properties: Record<string, unknown>): void;
    $destroy(): void;
}
type Mountable = new (options: { target: Element; props: Record<string, unknown> }) => Mounted;

/** What tools and editors read of an event, in pixels of the view. */
interface ToolEvent {
    offsetX: number;
    offsetY: number;
    timeStamp: number;
    pointerType: string;
    stopPropagation(): void;
    stopImmediatePropagation(): void;
}

function transformOf(view: SlideView) {
    return {
        elementToImage: (offsetX: number, offsetY: number): [number, number] => {
            const { x, y } = view.toSlide({ x: offsetX, y: offsetY });
            return [x, y];
        },
    };
}

/** Draws one shape. */
export class DrawingTool {
    private readonly lifetime = new AbortController();
    private readonly mounted: Mounted;

    constructor(
        view: SlideView,
        overlay: SvgOverlay,
        target: SVGGElement,
        name: ToolName,
        onDrawn: (polygons: Polygon[]) => void,
    ) {
        const Tool = getTool(name)!.tool as unknown as Mountable;
        this.mounted = new Tool({
            target,
            props: {
                addEventListener: (type: string, handler: (event: ToolEvent) => void) =>
                    this.listen(view, type, handler),
                drawingMode: name === "rectangle" ? "drag" : "click",
                transform: transformOf(view),
                viewportScale: view.placement().scale,
            },
        });
        this.mounted.$on("create", (event) => onDrawn(polygonsOfShape(event.detail)));
        overlay.onScale((scale) => this.mounted.$set({ viewportScale: scale }), this.lifetime.signal);
        // A polygon is clicked, so the slide can still be dragged meanwhile; a rectangle is dragged itself.
        view.setDragMoves(name !== "rectangle");
        this.lifetime.signal.addEventListener("abort", () => view.setDragMoves(true));
    }

    end(): void {
        this.lifetime.abort();
        this.mounted.$destroy();
    }

    /** OpenSeadragon captures the pointer, so its element hears the events that the tool's own would not. */
    private listen(view: SlideView, type: string, handler: (event: ToolEvent) => void): void {
        view.layers.addEventListener(
            type,
            (event) => {
                const mouse = event as PointerEvent;
                if (mouse.button > 0) return;
                const { x, y } = view.pointOf(mouse);
                handler({
                    offsetX: x,
                    offsetY: y,
                    // The tool takes slow clicks for drags; how far the pointer went tells them apart better.
                    timeStamp: 0,
                    pointerType: mouse.pointerType,
                    // OpenSeadragon must see every release, or it holds the slide for ever.
                    stopPropagation: () => {},
                    stopImmediatePropagation: () => {},
                });
            },
            { capture: true, signal: this.lifetime.signal },
        );
    }
}

export interface ShapeEditorHandlers {
    /** While a handle is dragged. */
    onChange(polygons: Polygon[]): void;
    /** When a change is complete. */
    onDone(polygons: Polygon[]): void;
}

/** Handles on a shape. */
export class ShapeEditor {
    private readonly lifetime = new AbortController();
    private readonly mounted: Mounted;
    private isHeld = false;
    private shape: Shape;
    private isChanged = false;

    constructor(
        view: SlideView,
        overlay: SvgOverlay,
        target: SVGGElement,
        shape: Shape,
        handlers: ShapeEditorHandlers,
    ) {
        this.shape = shape;
        const Editor = getEditor(shape as never) as unknown as Mountable;
        this.mounted = new Editor({
            target,
            props: {
                shape,
                transform: transformOf(view),
                viewportScale: view.placement().scale,
                svgEl: overlay.element,
            },
        });
        this.mounted.$on("grab", () => {
            this.isHeld = true;
        });
        this.mounted.$on("change", ({ detail }) => {
            this.isChanged = this.isChanged || JSON.stringify(detail) !== JSON.stringify(this.shape);
            this.shape = detail;
            this.mounted.$set({ shape: detail });
            handlers.onChange(polygonsOfShape(detail));
            // Points that are added or deleted come without a grip.
            if (!this.isHeld) this.finish(handlers);
        });
        this.mounted.$on("release", () => {
            this.isHeld = false;
            this.finish(handlers);
        });
        overlay.onScale((scale) => this.mounted.$set({ viewportScale: scale }), this.lifetime.signal);
    }

    end(): void {
        this.lifetime.abort();
        this.mounted.$destroy();
    }

    private finish(handlers: ShapeEditorHandlers): void {
        if (!this.isChanged) return;
        this.isChanged = false;
        handlers.onDone(polygonsOfShape(this.shape));
    }
}

/** Whether the editor in this element has points chosen, which then are what the delete key deletes. */
export function hasChosenPoints(overlay: SvgOverlay): boolean {
    return overlay.element.querySelector(".a9s-handle-dot.selected") !== null;
}
