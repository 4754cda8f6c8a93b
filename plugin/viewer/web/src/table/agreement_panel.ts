// One's own classes beside the model's.
import { button, html, swatch } from "../base/dom.js";
import { countText, percentText, plural, probabilityText } from "../base/format.js";
import type { Lifetime } from "../base/lifetime.js";
import { agreementOf, kIgnored, type Agreement } from "./agreement.js";
import { kBenign, type Picture } from "./table_contract.js";
import type { TableStore } from "./table_store.js";
import { fileName, ownClassText, shownName } from "./words.js";

const kMostListed = 40;

export class AgreementPanel {
    readonly element = html("section", { class: "agreement", "aria-label": "Your classes" });
    private isDue = false;

    constructor(
        private readonly store: TableStore,
        private readonly onOpen: (picture: Picture) => void,
        lifetime: Lifetime,
    ) {
        store.labels.changes.follow(() => this.ask(), lifetime.signal);
    }

    /** At most once a frame: many classes may come at once. */
    private ask(): void {
        if (this.isDue) return;
        this.isDue = true;
        requestAnimationFrame(() => {
            this.isDue = false;
            this.show();
        });
    }

    private show(): void {
        const { store } = this;
        const agreement = agreementOf(store.pictures, store.labels.labels);
        const hadFocus = this.element.contains(document.activeElement);
        const parts: (HTMLElement | null)[] = [
            html("h2", {}, "Your classes"),
            html(
                "p",
                { "data-testid": "labelled" },
                `${countText(agreement.labelled)} of ${plural(store.pictures.length, "picture")}`,
            ),
            store.labels.others > 0
                ? html(
                      "p",
                      { class: "note" },
                      `labels.csv also has ${plural(store.labels.others, "class", "classes")} of other pictures; they stay.`,
                  )
                : null,
        ];
        if (store.data.scored) parts.push(...this.compared(agreement));
        this.element.replaceChildren(...parts.filter((part): part is HTMLElement => part !== null));
        if (hadFocus) this.element.querySelector<HTMLElement>("button")?.focus();
    }

    private compared(agreement: Agreement): (HTMLElement | null)[] {
        if (agreement.labelled === 0) {
            return [
                html(
                    "p",
                    { class: "dim" },
                    "Press 1, 2, 3 … to give the picture a class of your own. ? lists the keys.",
                ),
            ];
        }
        const { compared, same, disagreeing } = agreement;
        return [
            html(
                "p",
                { "data-testid": "agreement" },
                compared === 0
                    ? "None of these has a class of the model to compare with."
                    : `The model agrees in ${countText(same)} of ${countText(compared)} (${percentText(same / compared)}).`,
            ),
            this.table(agreement),
            disagreeing.length > 0 ? this.list(disagreeing) : null,
        ];
    }

    /** Own classes down, the model's across. */
    private table({ table }: Agreement): HTMLElement {
        const verdicts = [...this.store.data.classes.map(({ name }) => name)];
        for (const row of table.values())
            for (const verdict of row.keys()) if (verdict !== "" && !verdicts.includes(verdict)) verdicts.push(verdict);
        const hasNone = [...table.values()].some((row) => row.has(""));
        const columns = hasNone ? [...verdicts, ""] : verdicts;
        const known = this.store.data.own_classes.map(({ name }) => name);
        const rows = [...table.keys()].sort((a, b) => rank(known, a) - rank(known, b));
        const cell = (own: string, verdict: string) => {
            const count = table.get(own)?.get(verdict) ?? 0;
            return html(
                "td",
                { class: own === verdict ? "number same" : "number" },
                count === 0 ? "·" : countText(count),
            );
        };
        return html(
            "table",
            { class: "confusion", "data-testid": "confusion" },
            html("caption", {}, "Your classes (rows) and the model's"),
            html(
                "thead",
                {},
                html(
                    "tr",
                    {},
                    html("td", {}),
                    ...columns.map((name) => html("th", { scope: "col" }, name === "" ? "none" : name)),
                ),
            ),
            html(
                "tbody",
                {},
                ...rows.map((own) =>
                    html(
                        "tr",
                        {},
                        html("th", { scope: "row" }, swatch(this.store.color(own)), ` ${ownClassText(own)}`),
                        ...columns.map((verdict) => cell(own, verdict)),
                    ),
                ),
            ),
        );
    }

    private list(disagreeing: Picture[]): HTMLElement {
        const { labels } = this.store.labels;
        const items = disagreeing.slice(0, kMostListed).map((picture) =>
            html(
                "li",
                {},
                button(
                    "",
                    {
                        class: "quiet disagreement",
                        title: shownName(picture.name),
                        "aria-label": null,
                        "data-testid": "disagreement",
                        onclick: () => this.onOpen(picture),
                    },
                    html("span", { class: "name" }, fileName(picture.name)),
                    html(
                        "span",
                        { class: "dim" },
                        `model ${picture.verdict ?? ""} ${probabilityText(picture.certainty)}, you ${ownClassText(labels.get(picture.id) ?? "")}`,
                    ),
                ),
            ),
        );
        const rest = disagreeing.length - items.length;
        return html(
            "div",
            {},
            html("h3", {}, `Where you differ (${countText(disagreeing.length)}), the surest first`),
            html("ul", { class: "disagreements" }, ...items),
            rest > 0 && html("p", { class: "note" }, `and ${countText(rest)} more`),
            button("Show these pictures", {
                "data-testid": "show-disagreeing",
                onclick: () =>
                    this.store.settings.patch({
                        own: "disagreeing",
                        sort: "certainty",
                        descending: true,
                        apart: false,
                    }),
            }),
        );
    }
}

function rank(known: readonly string[], name: string): number {
    if (name === kIgnored) return known.length + 1;
    const found = known.indexOf(name);
    return found < 0 ? known.length + (name === kBenign ? -1 : 0) : found;
}
