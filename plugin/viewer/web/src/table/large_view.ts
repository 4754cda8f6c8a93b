// One picture as large as the window, with all that is known of it.
import { button, cssColor, html, swatch } from "../base/dom.js";
import { countText, probabilityText } from "../base/format.js";
import { Lifetime } from "../base/lifetime.js";
import { factList, type Fact } from "../slide/tile_facts.js";
import { ownBadge } from "./card.js";
import { OwnClassButtons } from "./own_class_buttons.js";
import { heatmapUrl, pictureThumbnailUrl, wholePictureUrl } from "./table_api.js";
import type { Picture } from "./table_contract.js";
import type { TableStore } from "./table_store.js";
import { caseText, fileName, shownName, statusText, verdictText } from "./words.js";

export interface Steps {
    place: number;
    count: number;
    go: (steps: number) => void;
    give: (name: string | null) => void;
}

export class LargeView {
    readonly element = html("section", {
        class: "large-view",
        role: "dialog",
        "aria-labelledby": "large-title",
        "data-testid": "large-view",
        tabindex: -1,
        hidden: true,
    });
    private readonly stage = html("div", { class: "stage fitted", "data-testid": "stage" });
    private readonly title = html("h2", { id: "large-title" });
    private readonly position = html("span", { class: "dim", "data-testid": "position" });
    private readonly facts = html("div", { class: "large-facts" });
    private readonly previous: HTMLButtonElement;
    private readonly next: HTMLButtonElement;
    private readonly zoom: HTMLButtonElement;
    private readonly buttons: OwnClassButtons;
    private steps: Steps | null = null;
    private picture: Picture | null = null;
    private shown: Lifetime | null = null;

    constructor(
        private readonly store: TableStore,
        private readonly onClose: () => void,
        lifetime: Lifetime,
    ) {
        this.previous = button(
            "Previous picture",
            { title: "Previous picture (←)", onclick: () => this.steps?.go(-1) },
            "‹",
        );
        this.next = button("Next picture", { title: "Next picture (→)", onclick: () => this.steps?.go(1) }, "›");
        this.zoom = button("Actual size", {
            title: "One pixel of the picture on one of the screen (z)",
            "aria-pressed": "false",
            "data-testid": "actual-size",
            onclick: () => this.toggleSize(),
        });
        this.buttons = new OwnClassButtons(store, "large", (name) => this.steps?.give(name));
        this.element.append(
            html(
                "header",
                {},
                this.previous,
                this.next,
                this.position,
                this.title,
                this.zoom,
                button(
                    "Close",
                    { title: "Back to all (Esc)", "data-testid": "large-close", onclick: () => this.close() },
                    "×",
                ),
            ),
            this.stage,
            html(
                "aside",
                { class: "large-side", "aria-label": "About this picture" },
                html("section", {}, html("h3", {}, "Your class"), this.buttons.element),
                this.facts,
            ),
        );
        this.stage.addEventListener("dblclick", () => this.toggleSize());
        store.labels.changes.follow(() => this.refresh(), lifetime.signal);
    }

    get isOpen(): boolean {
        return !this.element.hidden;
    }

    show(picture: Picture, steps: Steps, neighbours: Picture[]): void {
        const isNew = !this.isOpen;
        this.steps = steps;
        this.element.hidden = false;
        if (this.picture !== picture) {
            this.picture = picture;
            this.load(picture, neighbours);
        }
        this.title.textContent = fileName(picture.name);
        this.title.title = shownName(picture.name);
        this.position.textContent = `${countText(steps.place + 1)} of ${countText(steps.count)}`;
        this.previous.disabled = steps.place === 0;
        this.next.disabled = steps.place + 1 >= steps.count;
        this.refresh();
        if (isNew || this.element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
    }

    close(): void {
        if (!this.isOpen) return;
        this.element.hidden = true;
        this.picture = null;
        this.steps = null;
        this.shown?.end();
        this.stage.replaceChildren();
        this.onClose();
    }

    toggleSize(): void {
        const isFitted = this.stage.classList.toggle("fitted");
        this.zoom.setAttribute("aria-pressed", String(!isFitted));
        if (isFitted) return;
        const { scrollWidth, scrollHeight, clientWidth, clientHeight } = this.stage;
        this.stage.scrollTo((scrollWidth - clientWidth) / 2, (scrollHeight - clientHeight) / 2);
    }

    /** The thumbnail at once, which the page mostly has, and the picture in its place when it is there. */
    private load(picture: Picture, neighbours: Picture[]): void {
        this.shown?.end();
        const shown = (this.shown = new Lifetime());
        const say = (text: string) => {
            if (!shown.ended) this.stage.replaceChildren(html("p", { class: "no-picture" }, text));
        };
        if (!picture.there) return say("The picture is not there any more.");
        const alt = `Picture ${fileName(picture.name)}`;
        const preview = html("img", { src: pictureThumbnailUrl(picture.id), alt: "", class: "preview" });
        const image = html("img", { src: wholePictureUrl(picture.id), alt, "data-testid": "whole" });
        preview.addEventListener("error", () => preview.remove());
        image.addEventListener("error", () => say(picture.reason ?? "The picture cannot be shown."));
        image.addEventListener("load", () => {
            if (shown.ended) return;
            this.stage.replaceChildren(image);
            for (const { id, there, width } of neighbours) {
                if (there && (width > 0 || !this.store.data.scored)) new Image().src = wholePictureUrl(id);
            }
        });
        this.stage.replaceChildren(preview);
    }

    private refresh(): void {
        const { picture } = this;
        if (!picture) return;
        this.buttons.show(this.store.labels.labels.get(picture.id), 1);
        const badge = ownBadge(this.store, picture);
        this.facts.replaceChildren(
            this.model(picture),
            ...(badge ? [html("p", { class: "own-line" }, "Yours: ", badge)] : []),
            factList(this.factsOf(picture)),
        );
    }

    private model(picture: Picture): HTMLElement {
        if (picture.status === null) return html("p", { class: "dim" }, "Not scored.");
        return html(
            "div",
            { class: "large-verdict", "aria-live": "polite" },
            html("h3", {}, "Model"),
            html(
                "p",
                { class: "verdict", "data-testid": "large-verdict" },
                picture.verdict !== null && swatch(this.store.color(picture.verdict)),
                picture.verdict !== null && " ",
                verdictText(picture),
            ),
            picture.reason !== null && html("p", { class: "warning", "data-testid": "large-reason" }, picture.reason),
            picture.note !== null && html("p", { class: "note" }, picture.note),
            ...this.bars(picture),
            picture.hasHeatmap &&
                html(
                    "figure",
                    { class: "heatmap" },
                    html("img", { src: heatmapUrl(picture.id), alt: "Heatmap of its tiles", "data-testid": "heatmap" }),
                    html("figcaption", { class: "note" }, "Its tiles, scored one by one"),
                ),
        );
    }

    private bars(picture: Picture): HTMLElement[] {
        return this.store.data.classes.flatMap(({ name, label, color }, column) => {
            const p = picture.probabilities[column];
            if (p === null || p === undefined) return [];
            const part = html("span", {});
            part.style.width = `${p * 100}%`;
            part.style.backgroundColor = cssColor(name === "" ? [120, 130, 140] : color);
            return [
                html(
                    "div",
                    { class: "probability-bar" },
                    html("span", {}, label),
                    html("span", { class: "certainty", "aria-hidden": "true" }, part),
                    html("span", { class: "number" }, probabilityText(p)),
                ),
            ];
        });
    }

    private factsOf(picture: Picture): Fact[] {
        const facts: Fact[] = [];
        if (picture.status !== null) facts.push(["Status", statusText(picture.status)]);
        if (picture.tumour !== null) facts.push(["P(tumour)", probabilityText(picture.tumour)]);
        if (picture.strangeness !== null) {
            const above = picture.strangeness > 1 ? "above" : "up to";
            facts.push(["Strangeness", `${picture.strangeness.toFixed(2)} (${above} 1)`]);
        }
        if (picture.width > 0) facts.push(["Size", `${picture.width} × ${picture.height} px`]);
        if (this.store.cases.length > 1) facts.push(["Case", caseText(picture.caseName)]);
        facts.push(["File", shownName(picture.name)]);
        return facts;
    }
}
