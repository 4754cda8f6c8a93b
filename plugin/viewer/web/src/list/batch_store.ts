// The slides that the server shows, in the order in which the user wants them.
import { getBatch } from "../base/api.js";
import { Observable } from "../base/observable.js";
import type { Batch, BatchSlide } from "../contract.js";
import { arranged, type ListSettings } from "./filter.js";
import { withPatients, type ListEntry } from "./list_entry.js";

export class BatchStore {
    readonly settings = new Observable<ListSettings>({
        text: "",
        call: "",
        state: "",
        known: "",
        sort: "name",
        descending: false,
        together: true,
    });
    private batch: Batch = { version: "", source: "", slides: [] };

    async load(signal: AbortSignal): Promise<void> {
        this.batch = await getBatch(signal);
    }

    get version(): string {
        return this.batch.version;
    }

    get source(): string {
        return this.batch.source;
    }

    /** What the models of the results say that they are good for. */
    get goodFor(): readonly string[] {
        return this.batch.good_for ?? [];
    }

    /** Whether the server shows pictures, and no slides. */
    get hasPictures(): boolean {
        return this.batch.pictures === true;
    }

    get slides(): readonly BatchSlide[] {
        return this.batch.slides;
    }

    /** Whether slides are known to be of patients. */
    get hasPatients(): boolean {
        return this.batch.slides.some(({ patient }) => patient !== null);
    }

    /** The list as it is shown. */
    entries(): ListEntry[] {
        const slides = arranged(this.batch.slides, this.settings.value);
        if (!this.settings.value.together) return slides.map((slide) => ({ slide }));
        return withPatients(slides, this.batch.patients ?? []);
    }

    /** Its slides. */
    shown(): BatchSlide[] {
        return this.entries().flatMap(({ slide }) => (slide ? [slide] : []));
    }

    /** The slide that comes `steps` later in the list as it is shown; null at its ends. */
    neighbour(id: string, steps: number): BatchSlide | null {
        const slides = this.shown();
        const place = slides.findIndex((slide) => slide.id === id);
        return place < 0 ? null : (slides[place + steps] ?? null);
    }
}
