// Correcting a slide: which annotation is chosen, which tool is in hand, and what is not saved yet.
import { ApiError, getAnnotations, putAnnotations } from "../base/api.js";
import { ask } from "../base/ask.js";
import { plural } from "../base/format.js";
import { Observable } from "../base/observable.js";
import { say, sayError } from "../base/messages.js";
import type { AnnotationClass, SlideDetail } from "../contract.js";
import type { Point, SlideView } from "../slide/slide_view.js";
import type { SvgOverlay } from "../slide/svg_overlay.js";
import { hasChosenPoints, type ToolName } from "./annotorious.js";
import { AnnotationDocument } from "./document.js";
import {
    classOf,
    colorOf,
    isAnnotation,
    isJudgement,
    limitsOf,
    newFeature,
    withClass,
    withPolygons,
} from "./feature.js";
import { clampedTo, type Polygon } from "./geojson.js";
import { AnnotationLayer } from "./layer.js";
import { annotationsIn, loadedText } from "./loaded.js";
import { merged } from "./merge.js";
import { outlineOf } from "./outline.js";
import { featuresOf } from "./read_file.js";
import { rebased } from "./rebase.js";

const kChanged = 412;

export interface Corrections {
    /** What the file holds is known; until then nothing can be drawn, as saving would lose it. */
    loaded: boolean;
    chosen: number | null;
    tool: ToolName | null;
    /** Of what is drawn next. */
    drawnClass: string;
    saving: boolean;
    /** Grows with every change of the document, so that followers see it. */
    revision: number;
}

export class AnnotationController {
    readonly document: AnnotationDocument;
    readonly state: Observable<Corrections>;
    private readonly layer: AnnotationLayer;

    constructor(
        private readonly slide: SlideDetail,
        private readonly view: SlideView,
        private readonly overlay: SvgOverlay,
        private readonly signal: AbortSignal,
    ) {
        this.state = new Observable<Corrections>({
            loaded: false,
            chosen: null,
            tool: null,
            drawnClass: slide.annotation_classes[0]?.name ?? "",
            saving: false,
            revision: 0,
        });
        this.document = new AnnotationDocument(() => this.documentChanged());
        const handlers = {
            onDrawn: (polygons: Polygon[]) => this.drawn(polygons),
            onEdited: (key: number, polygons: Polygon[]) => this.edited(key, polygons),
        };
        this.layer = new AnnotationLayer(view, overlay, handlers, signal);
        this.state.follow(({ chosen }) => this.layer.show(this.document.entries, this.classes(), chosen), signal);
    }

    async load(): Promise<void> {
        const { collection, etag } = await getAnnotations(this.slide.id, this.signal);
        this.state.patch({ chosen: null, loaded: true });
        this.document.load(collection, etag);
    }

    /** The slide's classes, then those that only its file has. */
    classes(): AnnotationClass[] {
        const classes = [...this.slide.annotation_classes];
        for (const { feature } of this.document.entries) {
            const name = classOf(feature);
            if (name === "" || !isAnnotation(feature) || classes.some((one) => one.name === name)) continue;
            classes.push({ name, color: colorOf(feature, classes) });
        }
        return classes;
    }

    setVisible(visible: boolean): void {
        this.layer.setVisible(visible);
    }

    /** Whether there was an annotation to choose. */
    chooseAt(point: Point): boolean {
        const entry = this.layer.at(point);
        this.choose(entry?.key ?? null);
        return entry !== null;
    }

    choose(key: number | null): void {
        this.state.patch({ chosen: key });
    }

    /** Moves the slide to an annotation and chooses it. */
    goTo(key: number): void {
        const entry = this.document.find(key);
        if (!entry) return;
        this.choose(key);
        this.view.zoomTo(outlineOf(entry.feature.geometry).bounds);
    }

    draw(tool: ToolName): void {
        if (!this.state.value.loaded) return;
        if (this.state.value.tool === tool) return this.stopDrawing();
        this.state.patch({ chosen: null, tool });
        this.layer.startDrawing(tool);
    }

    stopDrawing(): void {
        this.layer.stopDrawing();
        this.state.patch({ tool: null });
    }

    private drawn(polygons: Polygon[]): void {
        const clamped = polygons.map((rings) =>
            rings.map((ring) => clampedTo(ring, this.slide.width, this.slide.height)),
        );
        const key = this.document.add(newFeature(clamped, this.state.value.drawnClass, this.classes()));
        this.state.patch({ tool: null, chosen: key });
    }

    private edited(key: number, polygons: Polygon[]): void {
        const entry = this.document.find(key);
        if (entry) this.document.replace(key, withPolygons(entry.feature, polygons));
    }

    /** Puts the annotations of a local file among those of the slide, as one step. */
    async addFrom(file: File): Promise<void> {
        if (!this.state.value.loaded) return;
        try {
            const features = await featuresOf(file);
            if (this.signal.aborted) return;
            const loaded = annotationsIn(features, file.name, this.slide.annotation_offset_px, this.classes());
            const present = this.document.entries.map(({ feature }) => feature);
            const result = merged(present, loaded.annotations);
            this.document.replaceAll(result.features);
            say(loadedText(loaded, result.replaced, file.name), "Not saved yet; Undo takes them back.");
        } catch (error) {
            sayError(error, "Not loaded");
        }
    }

    /** The class of the chosen annotation, or else of what is drawn next. */
    setClass(name: string): void {
        this.state.patch({ drawnClass: name });
        const entry = this.document.find(this.state.value.chosen ?? 0);
        if (!entry || limitsOf(entry.feature).frozen || classOf(entry.feature) === name) return;
        this.document.replace(entry.key, withClass(entry.feature, name, this.classes()));
    }

    remove(key: number | null): void {
        const entry = this.document.find(key ?? 0);
        if (!entry || limitsOf(entry.feature).frozen) return;
        if (this.state.value.chosen === key) this.choose(null);
        this.document.remove(entry.key);
        say("Annotation deleted.", "Undo brings it back.");
    }

    /** The delete key: points that are chosen in the editor are its own affair. */
    removeChosen(): void {
        if (!hasChosenPoints(this.overlay)) this.remove(this.state.value.chosen);
    }

    undo(): void {
        this.document.undo();
    }

    redo(): void {
        this.document.redo();
    }

    /** Whether all is in the file now. */
    async save(): Promise<boolean> {
        if (!this.document.isDirty) return true;
        if (!this.state.value.loaded || this.state.value.saving) return false;
        this.state.patch({ saving: true });
        try {
            const state = this.document.state();
            const { file, etag } = await putAnnotations(
                this.slide.id,
                this.document.toCollection(),
                this.document.etag,
            );
            this.document.saved(state, etag);
            const drawn = state.filter(({ feature }) => isJudgement(feature)).length;
            const others = state.length - drawn;
            const kept =
                others > 0 ? ` ${plural(others, "other object")} in it ${others === 1 ? "is" : "are"} kept.` : "";
            say(
                `${plural(drawn, "annotation")} saved in ${file}.${kept}`,
                drawn > 0 ? "The slide is ready for `slidetype train`." : "",
            );
            return true;
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== kChanged) sayError(error, "Not saved");
            else await this.fileChanged();
            return false;
        } finally {
            this.state.patch({ saving: false });
        }
    }

    private async fileChanged(): Promise<void> {
        const choice = await ask(
            "The annotations were changed by another program",
            "Since they were loaded here, the file has been written anew. Nothing is saved yet.",
            [
                { value: "merge", text: "Load it and keep my changes", main: true },
                { value: "reload", text: "Load it, drop my changes" },
                { value: "stay", text: "Leave all as it is" },
            ],
        );
        if (choice === "merge" || choice === "reload") await this.reload(choice === "merge");
    }

    private async reload(keepChanges: boolean): Promise<void> {
        try {
            const base = this.document.storedFeatures();
            const mine = this.document.entries.map(({ feature }) => feature);
            await this.load();
            const theirs = this.document.storedFeatures();
            if (keepChanges) this.document.replaceAll(rebased(base, mine, theirs));
            say(
                keepChanges
                    ? "Loaded; your changes are on top of it and not saved yet."
                    : "Loaded as it is in the file.",
            );
        } catch (error) {
            sayError(error, "Not loaded");
        }
    }

    private documentChanged(): void {
        const { chosen, revision } = this.state.value;
        const isThere = chosen !== null && this.document.find(chosen) !== undefined;
        this.state.patch({ revision: revision + 1, chosen: isThere ? chosen : null });
    }
}
