// The cards, of which only those on the screen exist.
import { html } from "../base/dom.js";
import type { Lifetime } from "../base/lifetime.js";
import type { Section } from "./arrange.js";
import { card, refreshCard } from "./card.js";
import { caseHead } from "./case_head.js";
import { GridLayout, type GridRow } from "./grid_layout.js";
import type { Picture } from "./table_contract.js";
import type { TableStore } from "./table_store.js";

const kGap = 10;
const kHeadHeight = 40;
/** Below a picture: what the model says, name and reason; without scores the name alone. */
const kTextHeight = 66;
const kNameHeight = 30;
const kBeyondPx = 700;

export class TableGrid {
    readonly element = html("div", {
        class: "table-grid",
        role: "grid",
        "aria-label": "Pictures",
        "aria-multiselectable": "true",
        "data-testid": "grid",
        tabindex: -1,
    });
    /** The picture that the keys work on. */
    current: string | null = null;
    readonly selected = new Set<string>();
    private anchor: string | null = null;
    private readonly inner = html("div", { class: "table-rows", role: "presentation" });
    private readonly drawn = new Map<GridRow, HTMLElement>();
    private sections: readonly Section[] = [];
    private layout = new GridLayout([], { columns: 1, rowHeight: 1, headHeight: 1 });

    constructor(
        private readonly store: TableStore,
        private edge: number,
        private readonly onOpen: () => void,
        private readonly onMove: () => void,
        lifetime: Lifetime,
    ) {
        this.element.append(this.inner);
        this.element.addEventListener("scroll", () => this.draw(), { passive: true });
        this.element.addEventListener("click", (event) => this.clicked(event));
        this.element.addEventListener("dblclick", (event) => {
            if (this.pictureOf(event.target)) this.onOpen();
        });
        const observer = new ResizeObserver(() => this.measure());
        observer.observe(this.element);
        lifetime.atEnd(() => observer.disconnect());
        store.labels.changes.follow(() => this.refresh(), lifetime.signal);
    }

    get pictures(): readonly Picture[] {
        return this.layout.pictures;
    }

    get place(): number {
        return this.layout.placeOf(this.current);
    }

    /** What a class is given to: what is selected, or the current picture. */
    get targets(): string[] {
        const chosen = this.layout.pictures.filter(({ id }) => this.selected.has(id)).map(({ id }) => id);
        if (chosen.length > 1) return chosen;
        return this.current === null || this.place < 0 ? [] : [this.current];
    }

    /** With `fromTop` the first picture is the current one, else that which was, where it is still there. */
    show(sections: readonly Section[], fromTop: boolean): void {
        this.sections = sections;
        this.arrange();
        this.selected.clear();
        this.anchor = null;
        if (fromTop) this.element.scrollTop = 0;
        if (fromTop || this.place < 0) this.current = this.layout.pictures[0]?.id ?? null;
        this.reveal();
        this.draw();
        this.onMove();
    }

    resizeCards(edge: number): void {
        this.edge = edge;
        this.measure(true);
    }

    /** Goes to a picture; with `extend` all from where the selection began are chosen. */
    go(place: number, extend = false, focus = true): void {
        const { pictures } = this.layout;
        if (pictures.length === 0) return;
        const before = this.current;
        const next = Math.min(Math.max(0, place), pictures.length - 1);
        this.current = pictures[next]!.id;
        this.selected.clear();
        if (extend) {
            this.anchor ??= before ?? this.current;
            const from = Math.max(0, this.layout.placeOf(this.anchor));
            for (let at = Math.min(from, next); at <= Math.max(from, next); ++at) this.selected.add(pictures[at]!.id);
        } else {
            this.anchor = null;
        }
        this.reveal();
        this.draw();
        if (focus) this.focus();
        this.onMove();
    }

    step(key: string, extend: boolean): void {
        const rows = Math.max(1, Math.floor(this.element.clientHeight / this.layout.measures.rowHeight) - 1);
        const place = Math.max(0, this.place);
        const targets: Record<string, () => number> = {
            ArrowRight: () => place + 1,
            ArrowLeft: () => place - 1,
            ArrowDown: () => this.layout.below(place, 1),
            ArrowUp: () => this.layout.below(place, -1),
            PageDown: () => this.layout.below(place, rows),
            PageUp: () => this.layout.below(place, -rows),
            Home: () => 0,
            End: () => this.layout.pictures.length - 1,
        };
        this.go(targets[key]?.() ?? place, extend);
    }

    focus(): void {
        if (this.current === null) return this.element.focus({ preventScroll: true });
        this.cardOf(this.current)?.focus({ preventScroll: true });
    }

    private cardOf(id: string): HTMLElement | null {
        return this.inner.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
    }

    private pictureOf(target: EventTarget | null): Picture | undefined {
        const found = target instanceof Element ? target.closest<HTMLElement>("[data-id]") : null;
        return this.store.picture(found?.dataset.id ?? null);
    }

    private clicked(event: MouseEvent): void {
        const picture = this.pictureOf(event.target);
        if (!picture) return;
        if (event.ctrlKey || event.metaKey) {
            if (this.selected.size === 0 && this.current !== null) this.selected.add(this.current);
            if (!this.selected.delete(picture.id)) this.selected.add(picture.id);
            this.current = this.anchor = picture.id;
            this.draw();
            this.focus();
            this.onMove();
            return;
        }
        this.go(this.layout.placeOf(picture.id), event.shiftKey);
    }

    private measure(always = false): void {
        const { columns, rowHeight } = this.layout.measures;
        const next = this.measures();
        if (always || next.columns !== columns || next.rowHeight !== rowHeight) {
            this.arrange();
            this.reveal();
        }
        this.draw();
    }

    private get textHeight(): number {
        return this.store.data.scored ? kTextHeight : kNameHeight;
    }

    private measures() {
        const width = this.element.clientWidth - 2 * kGap;
        return {
            columns: Math.max(1, Math.floor((width + kGap) / (this.edge + kGap))),
            rowHeight: this.edge + this.textHeight + kGap,
            headHeight: kHeadHeight,
        };
    }

    private arrange(): void {
        this.layout = new GridLayout(this.sections, this.measures());
        this.drawn.clear();
        this.inner.replaceChildren();
        this.inner.style.height = `${this.layout.height + kGap}px`;
        this.inner.style.setProperty("--columns", String(this.layout.measures.columns));
        this.inner.style.setProperty("--edge", `${this.edge}px`);
        this.inner.style.setProperty("--text", `${this.textHeight}px`);
        this.element.setAttribute("aria-rowcount", String(this.layout.rows.length));
    }

    private reveal(): void {
        const row = this.layout.rowAt(this.place);
        if (!row) return;
        const index = this.layout.rows.indexOf(row);
        const above = this.layout.rows[index - 1];
        const top = above?.kind === "head" ? above.top : row.top;
        const bottom = row.top + this.layout.heightOf(row) + kGap;
        const { scrollTop, clientHeight } = this.element;
        if (top < scrollTop) this.element.scrollTop = top;
        else if (bottom > scrollTop + clientHeight) this.element.scrollTop = bottom - clientHeight;
    }

    /** Makes the rows that came onto the screen, and takes away those that left it. */
    private draw(): void {
        const [first, end] = this.layout.visible(this.element.scrollTop, this.element.clientHeight, kBeyondPx);
        const wanted = new Set(this.layout.rows.slice(first, end));
        for (const [row, element] of this.drawn) {
            if (wanted.has(row)) continue;
            // The focus stays with what the keys work on, even where that was scrolled away.
            if (element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
            element.remove();
            this.drawn.delete(row);
        }
        let before: ChildNode | null = this.inner.firstChild;
        for (let index = first; index < end; ++index) {
            const row = this.layout.rows[index]!;
            let element = this.drawn.get(row);
            if (!element) {
                element = this.makeRow(row);
                element.style.transform = `translateY(${row.top}px)`;
                element.setAttribute("aria-rowindex", String(index + 1));
                this.drawn.set(row, element);
                this.inner.insertBefore(element, before);
            }
            before = element.nextSibling;
        }
        this.mark();
    }

    private makeRow(row: GridRow): HTMLElement {
        if (row.kind === "cards") {
            return html(
                "div",
                { class: "card-row", role: "row" },
                ...row.pictures.map((picture) => card(this.store, picture)),
            );
        }
        return caseHead(this.store, row.section);
    }

    private mark(): void {
        const many = this.selected.size > 1;
        for (const [row, element] of this.drawn) {
            if (row.kind !== "cards") continue;
            for (const one of element.querySelectorAll<HTMLElement>("[data-id]")) {
                const isCurrent = one.dataset.id === this.current;
                const isSelected = many ? this.selected.has(one.dataset.id!) : isCurrent;
                one.tabIndex = isCurrent ? 0 : -1;
                one.classList.toggle("current", isCurrent);
                one.classList.toggle("selected", isSelected);
                one.setAttribute("aria-selected", String(isSelected));
            }
        }
    }

    private refresh(): void {
        for (const [row, element] of [...this.drawn]) {
            if (row.kind === "head") {
                const next = this.makeRow(row);
                next.style.transform = element.style.transform;
                next.setAttribute("aria-rowindex", element.getAttribute("aria-rowindex")!);
                element.replaceWith(next);
                this.drawn.set(row, next);
                continue;
            }
            for (const picture of row.pictures) {
                const one = this.cardOf(picture.id);
                if (one) refreshCard(this.store, picture, one);
            }
        }
    }
}
