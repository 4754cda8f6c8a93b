// One slide: its view, what lies over it, and the panel beside it.
import { getRegions, getSlide, getTiles } from "../base/api.js";
import { ask } from "../base/ask.js";
import { button, html } from "../base/dom.js";
import { isAbort, Lifetime } from "../base/lifetime.js";
import { sayError } from "../base/messages.js";
import { AnnotationController } from "../annotations/controller.js";
import { CorrectionsPanel } from "../annotations/panel.js";
import { CorrectionsToolbar } from "../annotations/toolbar.js";
import type { SlideDetail } from "../contract.js";
import { HeatmapLayer } from "../heatmap/heatmap_layer.js";
import { TileTable } from "../heatmap/tile_table.js";
import { CallPanel } from "./call_panel.js";
import { heatmapSettings, type Settings } from "./layer_settings.js";
import { LayersPanel } from "./layers_panel.js";
import { PointerReader } from "./pointer_reader.js";
import { RegionsLayer } from "./regions_layer.js";
import { RunPanel } from "./run_panel.js";
import { scaleReadout } from "./scale_bar.js";
import { ScoresPanel } from "./scores_panel.js";
import type { SlideParts } from "./slide_parts.js";
import { registerSlideShortcuts } from "./slide_shortcuts.js";
import { SlideView, type Point } from "./slide_view.js";
import { SvgOverlay } from "./svg_overlay.js";
import { TileDialog } from "./tile_dialog.js";
import { TileMark } from "./tile_mark.js";

export class SlidePage {
    readonly element = html("main", { class: "slide-page" });
    /** All that was asked for is on the screen. */
    ready = false;
    parts: SlideParts | null = null;
    private readonly lifetime = new Lifetime();
    private readonly viewElement = html("div", { class: "view", "data-testid": "viewer" });
    private readonly call = new CallPanel();
    private readonly run: RunPanel;
    private layers: LayersPanel | null = null;
    private scores: ScoresPanel | null = null;
    private pointer: PointerReader | null = null;

    constructor(
        readonly id: string,
        private readonly settings: Settings,
        private readonly onLoaded: (slide: SlideDetail) => void,
    ) {
        this.run = new RunPanel(
            id,
            {
                onProgress: () => this.grow(),
                onEnd: () => this.reload(),
            },
            this.lifetime.signal,
        );
    }

    async start(): Promise<void> {
        try {
            const slide = await getSlide(this.id, this.lifetime.signal);
            document.title = `${slide.name} – slidetype`;
            this.onLoaded(slide);
            await this.open(slide);
            this.ready = !this.lifetime.ended;
        } catch (error) {
            if (isAbort(error)) return;
            if (!this.parts) this.element.replaceChildren(html("p", { class: "note" }, "This slide cannot be shown."));
            sayError(error);
        }
    }

    private async open(slide: SlideDetail): Promise<void> {
        await this.build(slide);
        if (!this.parts) return;
        // What cannot be loaded must not keep back the rest.
        const outcomes = await Promise.allSettled([this.loadResult(slide), this.parts.corrections.load()]);
        for (const outcome of outcomes) if (outcome.status === "rejected") sayError(outcome.reason);
    }

    end(): void {
        this.lifetime.end();
        this.parts?.view.destroy();
    }

    /** False where the user wants to stay because of changes that are not saved. */
    async mayLeave(): Promise<boolean> {
        const corrections = this.parts?.corrections;
        if (!corrections?.document.isDirty) return true;
        const choice = await ask(
            "Save the changes?",
            "The annotations of this slide have changes that are not saved.",
            [
                { value: "save", text: "Save", main: true },
                { value: "discard", text: "Do not save" },
                { value: "stay", text: "Stay here" },
            ],
        );
        if (choice === "save") return corrections.save();
        return choice === "discard";
    }

    get isDirty(): boolean {
        return this.parts?.corrections.document.isDirty ?? false;
    }

    private async build(slide: SlideDetail): Promise<void> {
        const { signal } = this.lifetime;
        const panel = html(
            "aside",
            { class: "panel", "aria-label": "Result and corrections" },
            this.run.element,
            this.call.element,
        );
        const notice = html("p", { class: "notice", role: "status", hidden: true });
        const say = (text: string) => {
            notice.textContent = text;
            notice.hidden = false;
        };
        if (!slide.has_pixels) say(`The slide itself cannot be shown. ${slide.pixels_error ?? ""}`);
        const top = html("div", { class: "view-top" }, notice);
        this.viewElement.replaceChildren(top);
        this.element.replaceChildren(this.viewElement, panel);
        this.showSlide(slide);
        // A slide that never could be opened has no size, and nothing can lie over it.
        if (!(slide.width > 0 && slide.height > 0)) return;

        const view = new SlideView(this.viewElement, slide, () => say("Some parts of the slide cannot be read."));
        const parts = (this.parts = makeParts(slide, view, this.settings, signal));
        this.lifetime.atEnd(() => parts.dialog.close());
        this.layers = new LayersPanel(slide, this.settings, signal);
        this.scores = new ScoresPanel(slide, this.settings, signal);
        top.prepend(new CorrectionsToolbar(parts.corrections, signal).element);
        this.viewElement.append(top, zoomButtons(view), scaleReadout(view, slide.spacing_um_px));
        panel.append(
            this.layers.element,
            new CorrectionsPanel(slide, parts.corrections, signal).element,
            this.scores.element,
        );
        this.pointer = new PointerReader(parts, this.settings, this.lifetime, (point) => this.clicked(point));
        registerSlideShortcuts(parts, this.settings, () => this.inspectMiddle(), signal);
        await view.opened();
        if (this.lifetime.ended) throw new DOMException("aborted", "AbortError");
    }

    private showSlide(slide: SlideDetail): void {
        this.call.show(slide);
        this.run.show(slide);
    }

    /** While it is scored, the tiles come with the progress. */
    private async loadResult(slide: SlideDetail): Promise<void> {
        if (slide.state === "scored") await Promise.all([this.loadTiles(), this.loadRegions()]);
        else this.setTable(null);
    }

    /** While a run goes on. Scores whose classes are not known yet are not shown: they could bear a wrong name. */
    private async grow(): Promise<void> {
        const { parts } = this;
        if (!parts) return;
        const table = new TileTable(await getTiles(this.id, this.lifetime.signal));
        const isKnown = () => parts.slide.classes.length === table.probabilities.length;
        if (!isKnown()) Object.assign(parts.slide, await getSlide(this.id, this.lifetime.signal));
        if (isKnown()) this.setTable(table);
    }

    private async loadTiles(): Promise<void> {
        this.setTable(new TileTable(await getTiles(this.id, this.lifetime.signal)));
    }

    private async loadRegions(): Promise<void> {
        this.parts?.regions.setRegions(await getRegions(this.id, this.lifetime.signal));
    }

    private setTable(table: TileTable | null): void {
        const { parts } = this;
        if (!parts) return;
        parts.heatmap.setSettings(heatmapSettings(this.settings.value, parts.slide));
        parts.heatmap.setTable(table);
        parts.dialog.setTable(table);
        this.layers?.setTable(table);
        this.scores?.show(parts.slide, table);
        this.pointer?.setTable(table);
    }

    /** After a run: all but what the user draws may be new. */
    private async reload(): Promise<void> {
        const slide = await getSlide(this.id, this.lifetime.signal);
        // A slide that could not be opened before has no view yet.
        if (!this.parts) return this.open(slide);
        Object.assign(this.parts.slide, slide);
        this.showSlide(slide);
        await this.loadResult(slide);
    }

    private inspectMiddle(): void {
        const { view, dialog } = this.parts!;
        const { width, height } = view.size();
        const tile = this.pointer?.nearestTile(view.toSlide({ x: width / 2, y: height / 2 })) ?? null;
        if (tile !== null) dialog.show(tile);
    }

    private clicked(point: Point): void {
        const { corrections, dialog } = this.parts!;
        if (this.settings.value.annotations && corrections.chooseAt(point)) return dialog.close();
        const tile = this.pointer?.tileAt(point) ?? null;
        if (tile === null) dialog.close();
        else dialog.show(tile);
    }
}

/** The layers, from the lowest to the highest. */
function makeParts(slide: SlideDetail, view: SlideView, settings: Settings, signal: AbortSignal): SlideParts {
    const heatmap = new HeatmapLayer(view, heatmapSettings(settings.value, slide));
    const regions = new RegionsLayer(view);
    const overlay = new SvgOverlay(view);
    const corrections = new AnnotationController(slide, view, overlay, signal);
    const dialog = new TileDialog(view, slide, new TileMark(overlay));
    settings.follow((value) => {
        heatmap.setSettings(heatmapSettings(value, slide));
        regions.setVisible(value.regions);
        corrections.setVisible(value.annotations);
    }, signal);
    // Escape is to end the drawing then, and the place is needed.
    corrections.state.follow(({ tool }) => {
        if (tool !== null) dialog.close();
    }, signal);
    return { slide, view, heatmap, regions, corrections, dialog };
}

function zoomButtons(view: SlideView): HTMLElement {
    return html(
        "div",
        { class: "zoom-buttons", role: "group", "aria-label": "Zoom" },
        button("Zoom in", { "data-testid": "zoom-in", title: "Zoom in (+)", onclick: () => view.zoomIn() }, "+"),
        button("Zoom out", { "data-testid": "zoom-out", title: "Zoom out (−)", onclick: () => view.zoomOut() }, "−"),
        button(
            "Whole slide",
            { "data-testid": "zoom-home", title: "Whole slide (0)", onclick: () => view.home() },
            "⌂",
        ),
    );
}
