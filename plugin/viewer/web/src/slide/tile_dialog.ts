// One tile as the model saw it, with its figures. Arrow keys go from tile to tile.
import { tilePictureUrl } from "../base/api.js";
import { button, html } from "../base/dom.js";
import { Lifetime } from "../base/lifetime.js";
import type { SlideDetail } from "../contract.js";
import type { TileTable } from "../heatmap/tile_table.js";
import type { SlideView } from "./slide_view.js";
import { factList, scoreFacts, statusText, type Fact } from "./tile_facts.js";
import type { TileMark } from "./tile_mark.js";

const kSteps: Record<string, [right: number, down: number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
};

export class TileDialog {
    private readonly element = html("section", {
        class: "tile-dialog",
        role: "dialog",
        "aria-labelledby": "tile-title",
        "data-testid": "tile-dialog",
        tabindex: -1,
        hidden: true,
    });
    private table: TileTable | null = null;
    private tile: number | null = null;
    private open: Lifetime | null = null;

    constructor(
        private readonly view: SlideView,
        private readonly slide: SlideDetail,
        private readonly mark: TileMark,
    ) {
        view.element.append(this.element);
    }

    /** New tiles of the same slide: what is shown may be scored by now. */
    setTable(table: TileTable | null): void {
        const cell = this.tile === null || !this.table ? null : this.table.cellOf(this.tile);
        const { columns } = this.table ?? {};
        this.table = table;
        if (cell === null || !table || columns !== table.columns) return this.close();
        const tile = table.atCell(cell % table.columns, Math.floor(cell / table.columns));
        if (tile === null) this.close();
        else this.show(tile);
    }

    show(tile: number): void {
        const { table } = this;
        if (!table) return;
        // Its buttons are made anew, so the focus would fall off the one that was pressed.
        const takesFocus = !this.open || this.element.contains(document.activeElement);
        this.tile = tile;
        this.fill(table, tile);
        this.mark.show(table, tile);
        if (!this.open) {
            this.open = new Lifetime();
            this.open.listen(document, "keydown", (event) => this.pressed(event), true);
            this.element.hidden = false;
        }
        if (takesFocus) this.element.focus({ preventScroll: true });
    }

    close(): void {
        if (!this.open) return;
        const hadFocus = this.element.contains(document.activeElement);
        this.open.end();
        this.open = null;
        this.tile = null;
        this.element.hidden = true;
        this.mark.hide();
        if (hadFocus) this.view.layers.focus({ preventScroll: true });
    }

    private pressed(event: KeyboardEvent): void {
        const isElsewhere = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
        if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey) return;
        const step = kSteps[event.key];
        if (event.key === "Escape") this.close();
        else if (step && !isElsewhere) this.go(...step);
        else return;
        event.preventDefault();
        event.stopPropagation(); // the slide moves with arrow keys too
    }

    private go(right: number, down: number): void {
        const next = this.tile === null ? null : this.table?.neighbour(this.tile, right, down);
        if (next === null || next === undefined) return;
        this.show(next);
        const { x, y, width, height } = this.table!.source;
        this.view.reveal({ x: x[next]!, y: y[next]!, width: width[next]!, height: height[next]! });
    }

    private fill(table: TileTable, tile: number): void {
        const column = table.columnOf(tile);
        const row = table.rowOf(tile);
        const arrow = (label: string, sign: string, right: number, down: number) =>
            button(
                label,
                {
                    class: "quiet",
                    disabled: table.neighbour(tile, right, down) === null,
                    onclick: () => this.go(right, down),
                },
                sign,
            );
        this.element.replaceChildren(
            html(
                "header",
                {},
                html("h2", { id: "tile-title" }, `Tile at column ${column + 1}, row ${row + 1}`),
                arrow("Tile to the left", "←", -1, 0),
                arrow("Tile above", "↑", 0, -1),
                arrow("Tile below", "↓", 0, 1),
                arrow("Tile to the right", "→", 1, 0),
                button("Close", { class: "quiet", "data-testid": "tile-close", onclick: () => this.close() }, "×"),
            ),
            this.picture(table.cellOf(tile)),
            html("p", { "aria-live": "polite" }, statusText(table, tile)),
            factList([...scoreFacts(table, tile, this.slide), ...placeFacts(table, tile, this.slide)]),
        );
    }

    private picture(cell: number): HTMLElement {
        if (!this.slide.has_pixels) return html("p", { class: "no-picture" }, "The slide's pixels are not there.");
        const image = html("img", { src: tilePictureUrl(this.slide.id, cell), alt: "The tile as the model saw it" });
        image.addEventListener("error", () =>
            image.replaceWith(html("p", { class: "no-picture" }, "The tile cannot be read.")),
        );
        return image;
    }
}

function placeFacts({ source }: TileTable, tile: number, { spacing_um_px: spacing }: SlideDetail): Fact[] {
    const width = source.width[tile]!;
    const height = source.height[tile]!;
    const um = spacing ? `${Math.round(width * spacing[0])} × ${Math.round(height * spacing[1])} µm` : "";
    return [
        ["Corner", `x ${source.x[tile]}, y ${source.y[tile]} px`],
        ["Size", um === "" ? `${width} × ${height} px` : um],
    ];
}
