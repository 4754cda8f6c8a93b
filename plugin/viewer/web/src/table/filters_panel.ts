// What is shown, in which order: the controls of the light table.
import { html, options } from "../base/dom.js";
import { countText } from "../base/format.js";
import type { Lifetime } from "../base/lifetime.js";
import { defaultSettings, kWholeCertainty, type SortKey, type TableSettings } from "./arrange.js";
import { kBenign, kVotes } from "./table_contract.js";
import type { TableStore } from "./table_store.js";
import { caseText, ownClassText, statusText } from "./words.js";

type Entries = [value: string, text: string][];

export class FiltersPanel {
    readonly element: HTMLElement;
    readonly search = html("input", {
        type: "search",
        placeholder: "Name or reason",
        "aria-label": "Filter by name or reason",
        "data-testid": "filter-text",
    });
    private readonly fields: HTMLElement[] = [];

    constructor(
        private readonly store: TableStore,
        lifetime: Lifetime,
    ) {
        this.search.addEventListener("input", () => this.set({ text: this.search.value }));
        const { scored } = store.data;
        if (store.cases.length > 1) this.select("Case", "caseName", "filter-case", this.cases());
        if (scored) {
            this.select("Model", "verdict", "filter-class", this.verdicts());
            this.select("Status", "status", "filter-status", this.statuses());
        }
        this.select("Yours", "own", "filter-own", this.own());
        if (scored) this.fields.push(this.certainty(lifetime));
        const reset = html(
            "button",
            {
                type: "button",
                "data-testid": "filter-reset",
                onclick: () => {
                    const { sort, descending, apart } = store.settings.value;
                    store.settings.set({ ...defaultSettings(store.cases.length), sort, descending, apart });
                },
            },
            "Show all",
        );
        this.element = html(
            "section",
            { class: "filters", "aria-label": "Filters" },
            html("h2", {}, "Show"),
            this.search,
            ...this.fields,
            reset,
        );
        store.settings.follow((settings) => {
            if (this.search.value !== settings.text) this.search.value = settings.text;
            reset.disabled = store.pictures.length === 0 || !isNarrowed(settings);
        }, lifetime.signal);
        this.lifetime = lifetime;
        this.syncs.forEach((sync) => store.settings.follow(sync, lifetime.signal));
    }

    readonly lifetime: Lifetime;
    private readonly syncs: ((settings: TableSettings) => void)[] = [];

    private set(changes: Partial<TableSettings>): void {
        this.store.settings.patch(changes);
    }

    private select(label: string, key: "caseName" | "verdict" | "status" | "own", testid: string, entries: Entries) {
        const element = html("select", {
            "data-testid": testid,
            onchange: () => this.set({ [key]: element.value } as Partial<TableSettings>),
        });
        options(element, entries, this.store.settings.value[key]);
        this.syncs.push((settings) => (element.value = settings[key]));
        this.fields.push(html("label", { class: "field" }, html("span", {}, label), element));
    }

    private cases(): Entries {
        return [["", "all"], ...this.store.cases.map((name): [string, string] => [`case:${name}`, caseText(name)])];
    }

    private verdicts(): Entries {
        const { classes } = this.store.data;
        const count = (verdict: string | null) =>
            countText(this.store.pictures.filter((picture) => picture.verdict === verdict).length);
        const named: Entries = classes.map(({ name, label }) => [name, `${label} (${count(name)})`]);
        if (!classes.some(({ name }) => name === kBenign)) named.push([kBenign, `${kBenign} (${count(kBenign)})`]);
        return [["", "any class"], ...named, ["none", `no class (${count(null)})`]];
    }

    private statuses(): Entries {
        const others = this.store.statuses.filter((status) => status !== kVotes);
        return [
            ["", "any"],
            [kVotes, statusText(kVotes)],
            ["not-voting", "does not vote"],
            ...others.map((status): [string, string] => [status, `– ${statusText(status)}`]),
        ];
    }

    private own(): Entries {
        const classes = this.store.data.own_classes.map(({ name }): [string, string] => [
            `class:${name}`,
            ownClassText(name),
        ]);
        const compared: Entries = this.store.data.scored
            ? [
                  ["disagreeing", "other than the model"],
                  ["agreeing", "like the model"],
              ]
            : [];
        return [["", "any"], ["unlabelled", "none yet"], ["labelled", "given"], ...compared, ...classes];
    }

    /** Two sliders, of which neither passes the other. */
    private certainty(lifetime: Lifetime): HTMLElement {
        const [least, most] = kWholeCertainty;
        const slider = (label: string, testid: string) =>
            html("input", {
                type: "range",
                min: least,
                max: most,
                step: 0.01,
                "aria-label": label,
                "data-testid": testid,
            });
        const from = slider("Certainty from", "certainty-from");
        const to = slider("Certainty up to", "certainty-to");
        const output = html("output", { "data-testid": "certainty-text" });
        from.addEventListener("input", () =>
            this.set({ certainty: [Number(from.value), Math.max(Number(from.value), Number(to.value))] }),
        );
        to.addEventListener("input", () =>
            this.set({ certainty: [Math.min(Number(from.value), Number(to.value)), Number(to.value)] }),
        );
        this.store.settings.follow(({ certainty }) => {
            from.value = String(certainty[0]);
            to.value = String(certainty[1]);
            const whole = certainty[0] <= least && certainty[1] >= most;
            output.textContent = whole ? "any" : `${certainty[0].toFixed(2)}–${certainty[1].toFixed(2)}`;
        }, lifetime.signal);
        return html(
            "div",
            { class: "slider", role: "group", "aria-label": "Certainty of the model" },
            html("span", {}, "Certainty"),
            output,
            from,
            to,
        );
    }
}

function isNarrowed(settings: TableSettings): boolean {
    const [from, to] = settings.certainty;
    return (
        settings.text !== "" ||
        settings.verdict !== "" ||
        settings.status !== "" ||
        settings.own !== "" ||
        settings.caseName !== "" ||
        from > kWholeCertainty[0] ||
        to < kWholeCertainty[1]
    );
}

export const kSorts: Record<SortKey, string> = {
    name: "name",
    certainty: "certainty",
    lusc: "P(LUSC)",
    tumour: "P(tumour)",
    strangeness: "strangeness",
    own: "your class",
};
