// The annotations of the slide as a list.
import { button, html, swatch } from "../base/dom.js";
import { areaText, plural } from "../base/format.js";
import type { AnnotationClass, SlideDetail } from "../contract.js";
import type { AnnotationController } from "./controller.js";
import type { Entry } from "./document.js";
import { classOf, colorOf, isAnnotation, limitsOf, nameOf } from "./feature.js";
import { outlineOf } from "./outline.js";
import { kNoClass } from "./toolbar.js";

/** Of an annotation that has one: lines and points have none. */
function annotationArea({ feature }: Entry, spacing: readonly [number, number] | null): string {
    const { polygons, area } = outlineOf(feature.geometry);
    if (polygons.length === 0) return "";
    return spacing ? areaText((area * spacing[0] * spacing[1]) / 1e6) : "area not known";
}

export class CorrectionsPanel {
    readonly element: HTMLElement;
    private readonly list = html("ul", {
        class: "annotation-list",
        "data-testid": "annotation-list",
        "aria-label": "Annotations",
    });
    private readonly remark = html("p", { class: "note" });
    private readonly items = new Map<number, { entry: Entry; element: HTMLElement }>();

    constructor(
        private readonly slide: SlideDetail,
        private readonly controller: AnnotationController,
        signal: AbortSignal,
    ) {
        this.element = html(
            "section",
            { class: "corrections", "aria-labelledby": "corrections-title" },
            html("h2", { id: "corrections-title" }, "Corrections"),
            this.list,
            this.remark,
        );
        controller.state.follow(() => this.show(), signal);
    }

    private show(): void {
        const entries = this.controller.document.entries.filter(({ feature }) => isAnnotation(feature));
        this.showItems(entries, this.controller.state.value.chosen);
        this.remark.textContent = this.remarkText(entries.length);
    }

    /** Items stay the same elements while their annotation does, so that they keep the focus. */
    private showItems(entries: Entry[], chosen: number | null): void {
        const gone = new Set(this.items.keys());
        const classes = this.controller.classes();
        entries.forEach((entry, place) => {
            gone.delete(entry.key);
            let item = this.items.get(entry.key);
            if (item?.entry !== entry) {
                item?.element.remove();
                item = { entry, element: this.item(entry, classes) };
                this.items.set(entry.key, item);
            }
            const { element } = item;
            if (this.list.children[place] !== element)
                this.list.insertBefore(element, this.list.children[place] ?? null);
            const isChosen = entry.key === chosen;
            if (isChosen && !element.classList.contains("chosen")) this.reveal(element);
            element.classList.toggle("chosen", isChosen);
            element.setAttribute("aria-current", String(isChosen));
        });
        for (const key of gone) {
            this.items.get(key)!.element.remove();
            this.items.delete(key);
        }
    }

    /** Within the list alone: the panel around it stays where it is. */
    private reveal({ offsetTop, offsetHeight }: HTMLElement): void {
        const { scrollTop, clientHeight } = this.list;
        if (offsetTop < scrollTop) this.list.scrollTop = offsetTop;
        else if (offsetTop + offsetHeight > scrollTop + clientHeight)
            this.list.scrollTop = offsetTop + offsetHeight - clientHeight;
    }

    private item(entry: Entry, classes: readonly AnnotationClass[]): HTMLElement {
        const { feature, key } = entry;
        const limits = limitsOf(feature);
        const className = classOf(feature) === "" ? kNoClass : classOf(feature);
        const name = nameOf(feature);
        const area = annotationArea(entry, this.slide.spacing_um_px);
        return html(
            "li",
            {},
            button(
                `Show ${className}`,
                { class: "annotation", onclick: () => this.controller.goTo(key) },
                swatch(colorOf(feature, classes)),
                html("span", { class: "class" }, className),
                html("span", { class: "dim area" }, area),
                name !== "" && name !== className && html("span", { class: "name" }, name),
                limits.why !== "" &&
                    html("span", { class: "limits dim" }, limits.frozen ? `read only: ${limits.why}` : limits.why),
            ),
            !limits.frozen &&
                button(
                    `Delete ${className}`,
                    { class: "quiet delete", onclick: () => this.controller.remove(key) },
                    "×",
                ),
        );
    }

    private remarkText(annotations: number): string {
        const note = this.slide.annotations_note;
        const others = this.controller.document.entries.length - annotations;
        const kept =
            others > 0
                ? ` The file also has ${plural(others, "other object")} (tiles or cells), which are kept as they are.`
                : "";
        return (
            (annotations === 0
                ? "Draw around what is wrong, or what you are sure of, and give it a class; or load what you drew in QuPath."
                : "") +
            kept +
            (note === null ? "" : ` ${note}.`)
        );
    }
}
