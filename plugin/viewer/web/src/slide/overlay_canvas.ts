import type { Placement, SlideView } from "./slide_view.js";

/** A canvas over the slide that is drawn again whenever the slide moves or `redraw` asks for it. */
export class OverlayCanvas {
    readonly element = document.createElement("canvas");
    private readonly context = this.element.getContext("2d")!;
    private pending = false;

    /** `draw` gets a cleared canvas whose unit is a pixel of the view's element. */
    constructor(
        private readonly view: SlideView,
        name: string,
        private readonly draw: (context: CanvasRenderingContext2D, place: Placement) => void,
    ) {
        this.element.className = `overlay ${name}`;
        view.layers.append(this.element);
        view.onMove(() => this.paint());
    }

    /** In the next frame, however often it is asked for until then. */
    redraw(): void {
        if (this.pending) return;
        this.pending = true;
        requestAnimationFrame(() => {
            this.pending = false;
            if (this.element.isConnected) this.paint();
        });
    }

    /** The alpha that is on the screen at a place of the view's element. */
    alphaAt(x: number, y: number): number {
        const ratio = devicePixelRatio;
        // By way of a canvas of one pixel: reading from this one would take it off the graphics card.
        const pixel = document.createElement("canvas");
        pixel.width = pixel.height = 1;
        const context = pixel.getContext("2d", { willReadFrequently: true })!;
        context.drawImage(this.element, -Math.floor(x * ratio), -Math.floor(y * ratio));
        return context.getImageData(0, 0, 1, 1).data[3]!;
    }

    private paint(): void {
        const { width, height } = this.view.size();
        const ratio = devicePixelRatio;
        const columns = Math.round(width * ratio);
        const rows = Math.round(height * ratio);
        // Setting the size clears the canvas, and costs even where nothing changes.
        if (this.element.width !== columns || this.element.height !== rows) {
            this.element.width = columns;
            this.element.height = rows;
        }
        this.context.setTransform(1, 0, 0, 1, 0, 0);
        this.context.clearRect(0, 0, columns, rows);
        this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
        this.draw(this.context, this.view.placement());
    }
}
