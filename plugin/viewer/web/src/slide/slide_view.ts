// The zoomable slide. All that is said to OpenSeadragon is said here; others speak in level-0 pixels and in pixels of the
// view's element.
import OpenSeadragon from "openseadragon";
import { deepZoomUrl } from "../base/api.js";
import type { SlideDetail } from "../contract.js";

export interface Point {
    x: number;
    y: number;
}

/** element = offset + scale · level-0 */
export interface Placement {
    x: number;
    y: number;
    scale: number;
}

export interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
}

const kZoomStep = 1.5;

function tileSource(slide: SlideDetail): OpenSeadragon.TileSource {
    const source = new OpenSeadragon.TileSource({
        width: slide.width,
        height: slide.height,
        tileSize: slide.tile_size,
        tileOverlap: 0,
        minLevel: 0,
        maxLevel: slide.max_level,
    } as OpenSeadragon.TileSourceOptions);
    source.getTileUrl = (level, column, row) => deepZoomUrl(slide.id, level, column, row);
    // Without pixels the view still has the slide's size, and the heatmap lies over nothing.
    if (!slide.has_pixels) source.tileExists = () => false;
    return source;
}

export class SlideView {
    private readonly viewer: OpenSeadragon.Viewer;
    /** What lies over the slide goes in here, in the order in which it is added. */
    readonly layers: HTMLElement;

    constructor(
        readonly element: HTMLElement,
        private readonly slide: SlideDetail,
        onTileFailed: () => void,
    ) {
        this.viewer = OpenSeadragon({
            element,
            tileSources: tileSource(slide) as never,
            drawer: "canvas",
            showNavigationControl: false,
            showNavigator: slide.has_pixels,
            navigatorPosition: "TOP_RIGHT",
            navigatorSizeRatio: 0.16,
            navigatorAutoFade: false,
            navigatorDisplayRegionColor: "#d55e00",
            animationTime: 0.4,
            springStiffness: 9,
            zoomPerScroll: 1.25,
            maxZoomPixelRatio: 4,
            minZoomImageRatio: 0.6,
            visibilityRatio: 0.3,
            imageLoaderLimit: 6,
            // By default a click that a busy machine needs longer than 0.3 s for is none; how far it moves still tells.
            clickTimeThreshold: 1000,
            gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false },
            gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: false },
            gestureSettingsPen: { clickToZoom: false, dblClickToZoom: false },
        });
        this.layers = this.viewer.canvas as HTMLElement;
        this.layers.setAttribute("role", "application");
        this.layers.setAttribute("aria-label", `Slide ${slide.name}: drag to move, wheel or plus and minus to zoom`);
        // Letters rotate and flip by default; they mean other things here. Arrows still move the slide.
        this.viewer.addHandler("canvas-key", (event) => {
            if (!(event.originalEvent as KeyboardEvent).key.startsWith("Arrow")) event.preventDefaultAction = true;
        });
        this.viewer.addHandler("tile-load-failed", onTileFailed);
    }

    /** Resolves once the slide can be placed on the screen. */
    opened(): Promise<void> {
        if (this.viewer.isOpen()) return Promise.resolve();
        return new Promise((resolve) => this.viewer.addOnceHandler("open", () => resolve()));
    }

    destroy(): void {
        // What is still on its way is for nobody.
        (this.viewer as unknown as { imageLoader: { clear(): void } }).imageLoader.clear();
        this.viewer.destroy();
    }

    placement(): Placement {
        const { viewport } = this.viewer;
        const corner = viewport.pixelFromPoint(new OpenSeadragon.Point(0, 0), true);
        const scale = (viewport.getZoom(true) * viewport.getContainerSize().x) / this.slide.width;
        return { x: corner.x, y: corner.y, scale };
    }

    size(): { width: number; height: number } {
        return { width: this.element.clientWidth, height: this.element.clientHeight };
    }

    toElement({ x, y }: Point): Point {
        const place = this.placement();
        return { x: place.x + x * place.scale, y: place.y + y * place.scale };
    }

    toSlide({ x, y }: Point): Point {
        const place = this.placement();
        return { x: (x - place.x) / place.scale, y: (y - place.y) / place.scale };
    }

    /** Where a mouse or pen is, in pixels of the view's element. */
    pointOf(event: MouseEvent): Point {
        const box = this.element.getBoundingClientRect();
        return { x: event.clientX - box.left, y: event.clientY - box.top };
    }

    zoomIn(): void {
        this.zoomBy(kZoomStep);
    }

    zoomOut(): void {
        this.zoomBy(1 / kZoomStep);
    }

    home(): void {
        this.viewer.viewport.goHome();
    }

    private zoomBy(factor: number): void {
        this.viewer.viewport.zoomBy(factor);
        this.viewer.viewport.applyConstraints();
    }

    /** Moves as little as it takes to bring a box into view. */
    reveal(box: Box): void {
        const { x, y } = this.toElement(box),
            { width, height } = this.size();
        const scale = this.placement().scale;
        const margin = 24;
        const inside =
            x >= margin &&
            y >= margin &&
            x + box.width * scale <= width - margin &&
            y + box.height * scale <= height - margin;
        if (inside) return;
        this.viewer.viewport.panTo(this.viewportPoint(box.x + box.width / 2, box.y + box.height / 2));
    }

    /** Zooms so that a box fills about half of the view. */
    zoomTo(box: Box): void {
        const grow = 0.5;
        const corner = this.viewportPoint(box.x - box.width * grow, box.y - box.height * grow);
        const times = (1 + 2 * grow) / this.slide.width;
        this.viewer.viewport.fitBoundsWithConstraints(
            new OpenSeadragon.Rect(corner.x, corner.y, box.width * times, box.height * times),
        );
    }

    private viewportPoint(x: number, y: number): OpenSeadragon.Point {
        return new OpenSeadragon.Point(x / this.slide.width, y / this.slide.width);
    }

    setDragMoves(moves: boolean): void {
        for (const device of ["mouse", "pen", "touch"])
            this.viewer.gestureSettingsByDeviceType(device).dragToPan = moves;
    }

    /** Calls whenever the slide may lie elsewhere on the screen, in the frame in which it is drawn there. */
    onMove(handler: () => void): void {
        this.viewer.addHandler("update-viewport", handler);
        this.viewer.addHandler("open", handler);
        this.viewer.addHandler("resize", () => requestAnimationFrame(handler));
    }

    /** A press and release at one place. */
    onClick(handler: (at: Point) => void): void {
        this.viewer.addHandler("canvas-click", (event) => {
            if (event.quick) handler({ x: event.position.x, y: event.position.y });
        });
    }
}
