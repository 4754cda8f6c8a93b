// A list of which only the rows on the screen exist.
import { html } from "../base/dom.js";

const kBeyond = 6; // rows above and below, so that scrolling finds them there

/** The rows that a window of a list shows: [first, end). */
export function visibleRows(
    top: number,
    height: number,
    rowHeight: number,
    count: number,
): [first: number, end: number] {
    const first = Math.max(0, Math.floor(top / rowHeight) - kBeyond);
    const end = Math.min(count, Math.ceil((top + height) / rowHeight) + kBeyond);
    return [Math.min(first, end), end];
}

/** A row is a list item with one link in it, or something else that takes the focus. */
export interface RowFactory<T> {
    (item: T): HTMLElement;
}

function focusable(row: HTMLElement): HTMLElement {
    return row.querySelector<HTMLElement>("a, [tabindex]")!;
}

export class VirtualList<T> {
    readonly element: HTMLElement;
    private readonly rows = html("ul", { class: "rows" });
    private readonly shown = new Map<number, HTMLElement>();
    private items: readonly T[] = [];
    /** The row that the Tab key reaches. */
    private current = 0;

    constructor(
        private readonly rowHeight: number,
        label: string,
        private readonly makeRow: RowFactory<T>,
    ) {
        this.rows.setAttribute("aria-label", label);
        this.element = html("div", { class: "virtual-list", "data-testid": "slide-list" }, this.rows);
        this.element.addEventListener("scroll", () => this.update(), { passive: true });
        this.element.addEventListener("keydown", (event) => this.pressed(event));
        new ResizeObserver(() => this.update()).observe(this.element);
    }

    setItems(items: readonly T[], current = 0): void {
        this.items = items;
        this.current = Math.min(Math.max(0, current), Math.max(0, items.length - 1));
        for (const row of this.shown.values()) row.remove();
        this.shown.clear();
        this.rows.style.height = `${items.length * this.rowHeight}px`;
        this.reveal(this.current);
        this.update();
    }

    /** Gives the focus to a row. */
    focusRow(index: number): void {
        if (this.items.length === 0) return;
        this.current = Math.min(Math.max(0, index), this.items.length - 1);
        this.reveal(this.current);
        this.update();
        const row = this.shown.get(this.current);
        if (row) focusable(row).focus({ preventScroll: true });
    }

    private reveal(index: number): void {
        const top = index * this.rowHeight,
            { scrollTop, clientHeight } = this.element;
        if (top < scrollTop) this.element.scrollTop = top;
        else if (top + this.rowHeight > scrollTop + clientHeight)
            this.element.scrollTop = top + this.rowHeight - clientHeight;
    }

    private update(): void {
        const [first, end] = visibleRows(
            this.element.scrollTop,
            this.element.clientHeight,
            this.rowHeight,
            this.items.length,
        );
        for (const [index, row] of this.shown) {
            if (index >= first && index < end) continue;
            row.remove();
            this.shown.delete(index);
        }
        for (let index = first; index < end; ++index) {
            if (!this.shown.has(index)) this.add(index);
        }
        for (const [index, row] of this.shown) focusable(row).tabIndex = index === this.current ? 0 : -1;
    }

    private add(index: number): void {
        const row = this.makeRow(this.items[index]!);
        row.style.transform = `translateY(${index * this.rowHeight}px)`;
        row.style.height = `${this.rowHeight}px`;
        row.setAttribute("aria-setsize", String(this.items.length));
        row.setAttribute("aria-posinset", String(index + 1));
        row.addEventListener("focusin", () => {
            this.current = index;
        });
        this.shown.set(index, row);
        // In the order of the list, as screen readers go by it.
        const next = [...this.shown.keys()].filter((other) => other > index).sort((a, b) => a - b)[0];
        this.rows.insertBefore(row, next === undefined ? null : this.shown.get(next)!);
    }

    private pressed(event: KeyboardEvent): void {
        const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight) - 1);
        const targets: Record<string, number> = {
            ArrowDown: this.current + 1,
            ArrowUp: this.current - 1,
            PageDown: this.current + page,
            PageUp: this.current - page,
            Home: 0,
            End: this.items.length - 1,
        };
        const target = targets[event.key];
        if (target === undefined) return;
        event.preventDefault();
        this.focusRow(target);
    }
}
