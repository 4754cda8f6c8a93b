// Tools over the slide: what to draw, as which class, and whether it is saved.
import { button, html, options } from "../base/dom.js";
import { fileButton, type FileButton } from "../base/file_button.js";
import type { ToolName } from "./annotorious.js";
import type { AnnotationController } from "./controller.js";
import { classOf, limitsOf } from "./feature.js";

export const kNoClass = "no class";

export class CorrectionsToolbar {
    readonly element: HTMLElement;
    private readonly tools: Record<ToolName, HTMLButtonElement>;
    private readonly classes = html("select", {
        "data-testid": "annotation-class",
        title: "Class of what is drawn or chosen",
        "aria-label": "Class of what is drawn or chosen",
    });
    private readonly classesOf = html("span", { "data-testid": "class-of" });
    private readonly load: FileButton;
    private readonly undo: HTMLButtonElement;
    private readonly save: HTMLButtonElement;
    private readonly unsaved = html(
        "span",
        { class: "unsaved", "data-testid": "unsaved", role: "status", hidden: true },
        "Not saved",
    );

    constructor(
        private readonly controller: AnnotationController,
        signal: AbortSignal,
    ) {
        this.tools = {
            rectangle: this.tool("rectangle", "Rectangle", "b"),
            polygon: this.tool("polygon", "Polygon", "p"),
        };
        this.load = fileButton(
            "Load…",
            { title: "Load annotations that QuPath exported as GeoJSON", "data-testid": "load-annotations" },
            { accept: ".geojson,.json,.gz,.zip", "data-testid": "load-file" },
            (file) => void controller.addFrom(file),
        );
        this.undo = button("Undo", { title: "Undo (Ctrl+Z)", "data-testid": "undo", onclick: () => controller.undo() });
        this.save = button("Save", {
            class: "main",
            title: "Save (Ctrl+S)",
            "data-testid": "save",
            onclick: () => void controller.save(),
        });
        this.classes.addEventListener("change", () => controller.setClass(this.classes.value));
        this.element = html(
            "div",
            { class: "corrections-toolbar", role: "group", "aria-label": "Corrections" },
            this.tools.rectangle,
            this.tools.polygon,
            html("label", {}, this.classesOf, this.classes),
            this.load.button,
            this.load.input,
            this.undo,
            this.save,
            this.unsaved,
        );
        controller.state.follow(() => this.show(), signal);
    }

    private tool(name: ToolName, text: string, key: string): HTMLButtonElement {
        return button(text, {
            "data-testid": `draw-${name}`,
            title: `Draw a ${name} (${key})`,
            onclick: () => this.controller.draw(name),
        });
    }

    private show(): void {
        const { document, state } = this.controller;
        for (const [name, element] of Object.entries(this.tools)) {
            element.setAttribute("aria-pressed", String(state.value.tool === name));
            element.disabled = !state.value.loaded;
        }
        this.load.button.disabled = !state.value.loaded;
        this.showClasses();
        this.undo.disabled = !document.canUndo;
        this.save.disabled = state.value.saving || !document.isDirty;
        this.unsaved.hidden = !document.isDirty;
    }

    private showClasses(): void {
        const { chosen, drawnClass } = this.controller.state.value;
        const feature = this.controller.document.find(chosen ?? 0)?.feature;
        const current = feature ? classOf(feature) : drawnClass;
        const entries = this.controller.classes().map(({ name }): [string, string] => [name, name]);
        if (!entries.some(([name]) => name === current))
            entries.unshift([current, current === "" ? kNoClass : current]);
        options(this.classes, entries, current);
        // Else who picks the next area's class would not see that the chosen one's changes.
        this.classesOf.textContent = feature ? "chosen: " : "as ";
        this.classes.disabled = feature !== undefined && limitsOf(feature).frozen;
    }
}
