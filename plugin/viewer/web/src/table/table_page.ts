// The light table: filters and agreement beside the cards, the large view over them, and the keys of both.
import { html } from "../base/dom.js";
import { plural } from "../base/format.js";
import { Lifetime } from "../base/lifetime.js";
import { say, sayProblem } from "../base/messages.js";
import { registerShortcuts } from "../base/shortcuts.js";
import { aboutPanel } from "./about_panel.js";
import { AgreementPanel } from "./agreement_panel.js";
import { agrees } from "./agreement.js";
import { kWholeCertainty, sectionsOf, type TableSettings } from "./arrange.js";
import { FiltersPanel } from "./filters_panel.js";
import { LargeView } from "./large_view.js";
import { kEdges, TableBar } from "./table_bar.js";
import type { Picture } from "./table_contract.js";
import { TableGrid } from "./table_grid.js";
import { tableShortcuts, type KeyActions } from "./table_shortcuts.js";
import type { TableStore } from "./table_store.js";
import { fileName, ownClassText } from "./words.js";

export class TablePage {
    readonly element: HTMLElement;
    private readonly lifetime = new Lifetime();
    private readonly filters: FiltersPanel;
    private readonly grid: TableGrid;
    private readonly large: LargeView;
    private readonly bar: TableBar;
    private readonly side: HTMLElement;
    private readonly middle: HTMLElement;
    private readonly spoken = html("p", {
        class: "spoken",
        role: "status",
        "aria-live": "polite",
        "data-testid": "spoken",
    });

    constructor(private readonly store: TableStore) {
        document.title = `${store.data.source} – slidetype`;
        const { lifetime } = this;
        this.filters = new FiltersPanel(store, lifetime);
        this.grid = new TableGrid(
            store,
            kEdges.medium!,
            () => this.open(),
            () => this.moved(),
            lifetime,
        );
        this.large = new LargeView(store, () => this.closed(), lifetime);
        this.bar = new TableBar(
            store,
            {
                give: (name) => this.give(name),
                apply: () => this.show(false),
                resize: (edge) => this.grid.resizeCards(edge),
            },
            lifetime,
        );
        const agreement = new AgreementPanel(store, (picture) => this.openPicture(picture), lifetime);
        this.side = html(
            "div",
            { class: "table-side panel" },
            aboutPanel(store),
            this.filters.element,
            agreement.element,
        );
        this.middle = html("div", { class: "table-main" }, this.bar.element, this.grid.element);
        this.element = html("main", { class: "table-page" }, this.side, this.middle, this.large.element, this.spoken);
        registerShortcuts(tableShortcuts(store, this.keyActions()), lifetime.signal);
        store.labels.changes.follow(() => this.labelsChanged(), lifetime.signal);
        store.labels.follow(lifetime.signal);
    }

    /** When the page is on the screen, so that the grid knows its size. */
    start(): void {
        let before: TableSettings | null = null;
        this.store.settings.follow((settings) => {
            // Another order or choice is looked at from its top.
            const isSame = before !== null && settings.apart !== before.apart;
            before = settings;
            this.show(!isSame);
        }, this.lifetime.signal);
        this.grid.focus();
    }

    private show(fromTop: boolean): void {
        this.grid.show(sectionsOf(this.store.shown(), this.store.settings.value.apart), fromTop);
        this.labelsChanged();
    }

    private labelsChanged(): void {
        this.bar.show(this.grid.pictures);
        this.showOwn();
    }

    private showOwn(): void {
        const targets = this.grid.targets;
        const owns = new Set(targets.map((id) => this.store.labels.labels.get(id)));
        this.bar.buttons.show(owns.size === 1 ? [...owns][0] : null, targets.length);
    }

    private keyActions(): KeyActions {
        return {
            // Sliders, lists and buttons keep the keys that they work by.
            isElsewhere: (event) =>
                !this.large.isOpen &&
                event.target instanceof Element &&
                event.target !== document.body &&
                !this.grid.element.contains(event.target),
            move: (key, extend) => this.move(key, extend),
            toggleLarge: () => this.toggleLarge(),
            give: (name) => this.give(name, name !== null),
            undo: () => this.undo(),
            nextUnlabelled: () => this.find((picture) => !this.hasOwn(picture)),
            nextDiffering: () =>
                this.find((picture) => agrees(picture, this.store.labels.labels.get(picture.id)) === false),
            toggleSize: () => this.large.isOpen && this.large.toggleSize(),
            escape: () => this.escape(),
            search: () => this.search(),
        };
    }

    private hasOwn(picture: Picture): boolean {
        return this.store.labels.labels.has(picture.id);
    }

    private move(key: string, extend: boolean): void {
        if (!this.large.isOpen) return this.grid.step(key, extend);
        if (key === "ArrowRight" || key === "ArrowDown" || key === "PageDown") this.step(1);
        else if (key === "Home") this.step(-this.grid.pictures.length);
        else if (key === "End") this.step(this.grid.pictures.length);
        else this.step(-1);
    }

    private step(steps: number): void {
        this.grid.go(this.grid.place + steps, false, !this.large.isOpen);
    }

    private moved(): void {
        this.showOwn();
        if (!this.large.isOpen) return;
        const picture = this.store.picture(this.grid.current);
        if (picture) this.showLarge(picture);
    }

    private showLarge(picture: Picture): void {
        const { pictures, place } = this.grid;
        const neighbours = [pictures[place + 1], pictures[place - 1]].filter(
            (one): one is Picture => one !== undefined,
        );
        this.side.inert = this.middle.inert = true; // no key leads behind what covers it
        this.large.show(
            picture,
            { place, count: pictures.length, go: (steps) => this.step(steps), give: (name) => this.give(name) },
            neighbours,
        );
    }

    private open(): void {
        const picture = this.store.picture(this.grid.current);
        if (picture && this.grid.place >= 0) this.showLarge(picture);
    }

    /** Wherever it is; where the filter hides it, the filter goes. */
    private openPicture(picture: Picture): void {
        if (!this.grid.pictures.includes(picture)) {
            this.store.settings.patch({
                text: "",
                verdict: "",
                status: "",
                own: "",
                caseName: "",
                certainty: [...kWholeCertainty],
            });
        }
        this.grid.go(this.grid.pictures.indexOf(picture), false, false);
        this.open();
    }

    private toggleLarge(): void {
        if (this.large.isOpen) this.large.close();
        else this.open();
    }

    private closed(): void {
        this.side.inert = this.middle.inert = false;
        this.grid.focus();
    }

    private escape(): void {
        if (this.large.isOpen) this.large.close();
        else this.grid.focus();
    }

    private search(): void {
        if (this.large.isOpen) this.large.close();
        this.filters.search.focus();
    }

    private give(name: string | null, goesOn = false): void {
        const { labels, data } = this.store;
        if (data.label_obstacle !== null) {
            return sayProblem(
                `Your classes cannot be saved: ${data.label_obstacle}.`,
                "Start `slidetype view` with -o FOLDER.",
            );
        }
        const targets = this.large.isOpen && this.grid.current !== null ? [this.grid.current] : this.grid.targets;
        if (targets.length === 0) return;
        labels.set(targets, name);
        const what = name === null ? "no class of yours" : ownClassText(name);
        const first = this.store.picture(targets[0]!)!;
        this.spoken.textContent =
            targets.length === 1 ? `${fileName(first.name)}: ${what}` : `${plural(targets.length, "picture")}: ${what}`;
        if (goesOn && this.bar.goesOn && targets.length === 1 && name !== null) this.step(1);
    }

    private undo(): void {
        const ids = this.store.labels.undo();
        if (ids.length === 0) return say("There is nothing to undo.");
        this.spoken.textContent = `Undone for ${plural(ids.length, "picture")}.`;
        const place = this.grid.pictures.findIndex(({ id }) => id === ids[0]);
        if (place >= 0) this.grid.go(place, false, !this.large.isOpen);
    }

    /** The next picture behind the present one that is as it should be, from the first on where none follows. */
    private find(isWanted: (picture: Picture) => boolean): void {
        const { pictures, place } = this.grid;
        for (let step = 1; step <= pictures.length; ++step) {
            const at = (place + step) % pictures.length;
            if (isWanted(pictures[at]!)) return this.grid.go(at, false, !this.large.isOpen);
        }
        say("No such picture is shown.");
    }
}
