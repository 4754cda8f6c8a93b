// The bar above the cards: one's own class, the order, the size, and how many there are.
import { button, html, options } from "../base/dom.js";
import { countText, plural } from "../base/format.js";
import type { Lifetime } from "../base/lifetime.js";
import { fits, type SortKey } from "./arrange.js";
import { kSorts } from "./filters_panel.js";
import type { SaveState } from "./label_store.js";
import { OwnClassButtons } from "./own_class_buttons.js";
import type { Picture } from "./table_contract.js";
import type { TableStore } from "./table_store.js";

export const kEdges: Record<string, number> = { small: 112, medium: 168, large: 256 };

export interface BarActions {
    give: (name: string | null) => void;
    /** The filter again, where classes have changed since. */
    apply: () => void;
    resize: (edge: number) => void;
}

export class TableBar {
    readonly element: HTMLElement;
    readonly buttons: OwnClassButtons;
    /** After a class is given by a key, the next picture is shown. */
    goesOn = true;
    private readonly count = html("span", { class: "dim", role: "status", "data-testid": "picture-count" });
    private readonly saved = html("span", { class: "save-state", "data-testid": "save-state" });
    private readonly again: HTMLButtonElement;

    constructor(
        private readonly store: TableStore,
        actions: BarActions,
        lifetime: Lifetime,
    ) {
        this.buttons = new OwnClassButtons(store, "give", actions.give);
        this.again = button("Apply the filter again", {
            "data-testid": "filter-again",
            hidden: true,
            onclick: actions.apply,
        });
        this.element = this.bar(actions, lifetime);
        store.labels.state.follow((state) => this.tellSaved(state), lifetime.signal);
    }

    /** How many pictures are shown, and how many of them would no longer be. */
    show(shown: readonly Picture[]): void {
        const { settings, labels, pictures } = this.store;
        const stale = shown.filter((picture) => !fits(picture, settings.value, labels.labels)).length;
        const all = plural(pictures.length, "picture");
        const some = shown.length === pictures.length ? all : `${countText(shown.length)} of ${all}`;
        const late = stale > 0 ? `, of which ${countText(stale)} no longer ${stale === 1 ? "fits" : "fit"}` : "";
        this.count.textContent = shown.length === 0 ? "No picture fits." : some + late;
        this.again.hidden = stale === 0;
    }

    private bar(actions: BarActions, lifetime: Lifetime): HTMLElement {
        const { settings, data } = this.store;
        const sorts = (Object.keys(kSorts) as SortKey[]).filter(
            (key) => data.scored || key === "name" || key === "own",
        );
        const sort = html("select", {
            "data-testid": "sort",
            onchange: () => settings.patch({ sort: sort.value as SortKey }),
        });
        options(
            sort,
            sorts.map((key): [string, string] => [key, kSorts[key]]),
            settings.value.sort,
        );
        const check = (text: string, testid: string, checked: boolean, changed: (on: boolean) => void) => {
            const input = html("input", { type: "checkbox", checked, "data-testid": testid });
            input.addEventListener("change", () => changed(input.checked));
            return { input, label: html("label", {}, input, ` ${text}`) };
        };
        const descending = check("descending", "sort-descending", settings.value.descending, (on) =>
            settings.patch({ descending: on }),
        );
        const apart = check("cases apart", "apart", settings.value.apart, (on) => settings.patch({ apart: on }));
        const goesOn = check("go on after a class", "goes-on", this.goesOn, (on) => (this.goesOn = on));
        settings.follow((value) => {
            sort.value = value.sort;
            descending.input.checked = value.descending;
            apart.input.checked = value.apart;
        }, lifetime.signal);
        const size = html("select", {
            "data-testid": "size",
            "aria-label": "Size of the pictures",
            onchange: () => actions.resize(kEdges[size.value]!),
        });
        options(
            size,
            Object.keys(kEdges).map((name): [string, string] => [name, name]),
            "medium",
        );
        return html(
            "div",
            { class: "table-bar" },
            html("div", { class: "bar-line" }, this.buttons.element, goesOn.label, this.saved),
            html(
                "div",
                { class: "bar-line" },
                html("label", {}, "Sort by ", sort),
                descending.label,
                this.store.cases.length > 1 && apart.label,
                size,
                this.count,
                this.again,
            ),
        );
    }

    private tellSaved({ kind, unsaved }: SaveState): void {
        const { data } = this.store;
        this.saved.classList.toggle("error", kind === "failed");
        if (kind === "failed") {
            this.saved.replaceChildren(
                `${plural(unsaved, "class is", "classes are")} not saved `,
                button("Save again", { "data-testid": "save-again", onclick: () => void this.store.labels.save() }),
            );
        } else if (data.label_obstacle !== null) {
            this.saved.replaceChildren("");
        } else {
            const name = data.label_file.slice(data.label_file.lastIndexOf("/") + 1);
            this.saved.replaceChildren(kind === "saving" ? "Saving …" : `Your classes are saved in ${name}`);
            this.saved.title = data.label_file;
        }
    }
}
