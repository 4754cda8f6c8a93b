// What the model said of the tile below the mouse.
import { html } from "../base/dom.js";
import type { SlideDetail } from "../contract.js";
import type { TileTable } from "../heatmap/tile_table.js";
import type { Point, SlideView } from "./slide_view.js";
import { factList, scoreFacts, statusText } from "./tile_facts.js";

const kGap = 16;

export class Tooltip {
    private readonly element = html("div", {
        class: "tooltip",
        role: "tooltip",
        "data-testid": "tooltip",
        hidden: true,
    });
    private shown: number | "absent" | null = null;

    constructor(
        private readonly view: SlideView,
        private readonly slide: SlideDetail,
    ) {
        view.element.append(this.element);
    }

    /** `at` is in pixels of the view's element. */
    show(table: TileTable, at: Point): void {
        const { x, y } = this.view.toSlide(at);
        const isOnSlide = x >= 0 && y >= 0 && x < this.slide.width && y < this.slide.height;
        const tile = table.at(x, y) ?? (isOnSlide && table.covers(x, y) ? "absent" : null);
        if (tile === null) return this.hide();
        if (tile !== this.shown) this.fill(table, tile);
        this.place(at);
    }

    hide(): void {
        this.element.hidden = true;
        this.shown = null;
    }

    private fill(table: TileTable, tile: number | "absent"): void {
        this.shown = tile;
        if (tile === "absent") {
            this.element.replaceChildren(
                html("p", {}, "Not scored: too little tissue, or outside the region of interest"),
            );
        } else {
            this.element.replaceChildren(
                html("p", {}, statusText(table, tile)),
                factList(scoreFacts(table, tile, this.slide)),
            );
        }
        this.element.hidden = false;
    }

    /** Beside the mouse, on the side where there is room. */
    private place({ x, y }: Point): void {
        const { width, height } = this.view.size();
        const { offsetWidth, offsetHeight } = this.element;
        const left = x + kGap + offsetWidth > width ? x - kGap - offsetWidth : x + kGap;
        const top = y + kGap + offsetHeight > height ? y - kGap - offsetHeight : y + kGap;
        this.element.style.transform = `translate(${Math.max(0, left)}px, ${Math.max(0, top)}px)`;
    }
}
