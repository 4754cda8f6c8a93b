// All slides of a batch.
import { html, options } from "../base/dom.js";
import { countText, plural } from "../base/format.js";
import { Lifetime } from "../base/lifetime.js";
import { sayError } from "../base/messages.js";
import { registerShortcuts } from "../base/shortcuts.js";
import { callText } from "../slide/call_badge.js";
import type { BatchStore } from "./batch_store.js";
import type { ListEntry } from "./list_entry.js";
import { kCalls, kKnown, kStates, knownOf, type Known, type ListSettings, type SortKey } from "./filter.js";
import { patientRow } from "./patient_row.js";
import { kStateNames, slideRow } from "./row.js";
import { VirtualList } from "./virtual_list.js";

const kRowHeight = 80;
const kSorts: Record<SortKey, string> = { name: "name", call: "call", probability: "P(LUSC)", area: "scored area" };

const kKnownNames: Record<Known, string> = { known: "yes", unknown: "no", unchecked: "not checked" };

export class ListPage {
    readonly element: HTMLElement;
    private readonly lifetime = new Lifetime();
    private readonly list = new VirtualList<ListEntry>(kRowHeight, "Slides", ({ slide, head }) =>
        slide ? slideRow(slide) : patientRow(head),
    );
    private readonly count = html("p", { class: "dim", role: "status", "data-testid": "slide-count" });
    private readonly remarks = html("div", { class: "remarks" });
    private readonly search = html("input", {
        type: "search",
        placeholder: "Name",
        "aria-label": "Filter by the name of the slide or patient",
        "data-testid": "filter-text",
    });
    private readonly together = html("label", { hidden: true });

    /** `last` is the slide that was looked at, which the list then shows. */
    constructor(
        private readonly store: BatchStore,
        private readonly last: string | null,
    ) {
        document.title = `${store.source} – slidetype`;
        this.element = html(
            "main",
            { class: "list-page" },
            html("h1", {}, store.source),
            html("p", { class: "dim" }, this.totals()),
            this.remarks,
            this.controls(),
            this.count,
            this.list.element,
        );
        registerShortcuts(
            [
                { key: "/", does: "filter by name", run: () => this.search.focus() },
                {
                    key: "ArrowDown",
                    shown: "↓ ↑",
                    does: "next and previous slide",
                    run: () => this.list.focusRow(this.lastPlace()),
                },
            ],
            this.lifetime.signal,
        );
    }

    /** When the page is on the screen, so that the list knows its height. */
    start(): void {
        this.store.settings.follow(() => this.show(), this.lifetime.signal);
    }

    /** The slides as they are now: some may have been scored meanwhile. */
    async refresh(): Promise<void> {
        try {
            await this.store.load(this.lifetime.signal);
            this.show();
        } catch (error) {
            sayError(error, "The list is not up to date");
        }
    }

    end(): void {
        this.lifetime.end();
    }

    private lastPlace(): number {
        return Math.max(
            0,
            this.store.entries().findIndex(({ slide }) => slide !== undefined && slide.id === this.last),
        );
    }

    private totals(): string {
        const counts = kStates.map(
            (state) => [state, this.store.slides.filter((slide) => slide.state === state).length] as const,
        );
        const parts = counts
            .filter(([, count]) => count > 0)
            .map(([state, count]) => `${countText(count)} ${kStateNames[state]}`);
        return `${plural(this.store.slides.length, "slide")}: ${parts.join(", ")}`;
    }

    private show(): void {
        const slides = this.store.shown();
        this.showRemarks();
        this.together.hidden = !this.store.hasPatients;
        this.list.setItems(this.store.entries(), this.lastPlace());
        const all = slides.length === this.store.slides.length;
        this.count.textContent =
            slides.length === 0 ? "No slide fits." : all ? "" : `${plural(slides.length, "slide")} shown`;
    }

    /** How many slides the models do not know, and what they say that they are good for. */
    private showRemarks(): void {
        const { slides, goodFor } = this.store;
        const unlike = slides.filter((slide) => knownOf(slide) === "unknown").length;
        const text = [
            unlike > 0 &&
                `${countText(unlike)} of ${plural(slides.length, "slide")} ${unlike === 1 ? "does" : "do"} not look ` +
                    "like the pictures that the model was made from.",
            ...goodFor,
        ].filter((part): part is string => typeof part === "string");
        this.remarks.replaceChildren(
            ...(text.length > 0
                ? [html("p", { class: unlike > 0 ? "warning" : "note", "data-testid": "known-remark" }, text.join(" "))]
                : []),
        );
    }

    private controls(): HTMLElement {
        const { settings } = this.store;
        const set = (changes: Partial<ListSettings>) => settings.patch(changes);
        const select = <T extends string>(
            testid: string,
            entries: [T, string][],
            chosen: T,
            changed: (value: T) => void,
        ) => {
            const element = html("select", { "data-testid": testid, onchange: () => changed(element.value as T) });
            options(element, entries, chosen);
            return element;
        };
        this.search.value = settings.value.text;
        this.search.addEventListener("input", () => set({ text: this.search.value }));
        const direction = html("input", {
            type: "checkbox",
            checked: settings.value.descending,
            "data-testid": "sort-descending",
            onchange: () => set({ descending: direction.checked }),
        });
        const together = html("input", {
            type: "checkbox",
            checked: settings.value.together,
            "data-testid": "by-patient",
            onchange: () => set({ together: together.checked }),
        });
        this.together.replaceChildren(together, " by patient");
        return html(
            "form",
            { class: "controls", role: "search", onsubmit: (event) => event.preventDefault() },
            this.search,
            html(
                "label",
                {},
                "Call ",
                select(
                    "filter-call",
                    [["", "all"], ...kCalls.map((call): [typeof call, string] => [call, callText(call)])],
                    settings.value.call,
                    (call) => set({ call }),
                ),
            ),
            html(
                "label",
                {},
                "State ",
                select(
                    "filter-state",
                    [["", "all"], ...kStates.map((state): [typeof state, string] => [state, kStateNames[state]])],
                    settings.value.state,
                    (state) => set({ state }),
                ),
            ),
            html(
                "label",
                { title: "Whether a slide as a whole looks like the pictures that the model was made from" },
                "Known to the model ",
                select(
                    "filter-known",
                    [["", "all"], ...kKnown.map((known): [Known, string] => [known, kKnownNames[known]])],
                    settings.value.known,
                    (known) => set({ known }),
                ),
            ),
            html(
                "label",
                {},
                "Sort by ",
                select(
                    "sort",
                    (Object.keys(kSorts) as SortKey[]).map((key): [SortKey, string] => [key, kSorts[key]]),
                    settings.value.sort,
                    (sort) => set({ sort }),
                ),
            ),
            html("label", {}, direction, " descending"),
            this.together,
        );
    }
}
