// The slides that the server shows, in the order in which the user wants them.
import { getBatch } from "../base/api.js";
import { Observable } from "../base/observable.js";
import type { Batch, BatchSlide } from "../contract.js";
import { arranged, type ListSettings } from "./filter.js";

export class BatchStore {
    readonly settings = new Observable<ListSettings>({
        text: "",
        call: "",
        state: "",
        known: "",
        sort: "name",
        descending: false,
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

    shown(): BatchSlide[] {
        return arranged(this.batch.slides, this.settings.value);
    }

    /** The slide that comes `steps` later in the list as it is shown; null at its ends. */
    neighbour(id: string, steps: number): BatchSlide | null {
        const slides = this.shown();
        const place = slides.findIndex((slide) => slide.id === id);
        return place < 0 ? null : (slides[place + steps] ?? null);
    }
}
