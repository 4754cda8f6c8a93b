// What browser tests may ask, so that they need not know how the page is made.
import type { App } from "./app.js";
import type { Point } from "./slide/slide_view.js";
import { SlidePage } from "./slide/slide_page.js";
import type { TableApp } from "./table/table_app.js";

export interface ViewerHooks {
    /** All that the present page asked for is there. */
    readonly ready: boolean;
    /** Of the slide that is shown; null on the list. */
    readonly slideId: string | null;
    /** Where a level-0 point is in the window. */
    imageToPage(x: number, y: number): Point;
    /** How strongly the heatmap covers a level-0 point on the screen, 0 to 255. */
    heatmapAlphaAt(x: number, y: number): number;
}

declare global {
    interface Window {
        slidetypeViewer: ViewerHooks;
    }
}

export function installHooks(app: App): void {
    const slidePage = () => (app.page instanceof SlidePage ? app.page : null);
    const parts = () => {
        const found = slidePage()?.parts;
        if (!found) throw new Error("no slide is shown");
        return found;
    };
    window.slidetypeViewer = {
        get ready() {
            return app.page !== null && (slidePage()?.ready ?? true);
        },
        get slideId() {
            return slidePage()?.id ?? null;
        },
        imageToPage(x, y) {
            const { view } = parts();
            const box = view.element.getBoundingClientRect();
            const at = view.toElement({ x, y });
            return { x: box.left + at.x + scrollX, y: box.top + at.y + scrollY };
        },
        heatmapAlphaAt: (x, y) => parts().heatmap.alphaAt(x, y),
    };
}

/** On the light table there is no slide to ask about. */
export function installTableHooks(app: TableApp): void {
    const noSlide = (): never => {
        throw new Error("no slide is shown");
    };
    window.slidetypeViewer = {
        get ready() {
            return app.ready;
        },
        slideId: null,
        imageToPage: noSlide,
        heatmapAlphaAt: noSlide,
    };
}
