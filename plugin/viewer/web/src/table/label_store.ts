// The classes that a person gave to pictures: shown at once, saved one request after the other, and brought up to date with
// what other windows save.
import { sayError } from "../base/messages.js";
import { isAbort } from "../base/lifetime.js";
import { Observable } from "../base/observable.js";
import { getLabels, postLabels } from "./table_api.js";

const kLookAgainMs = 5000;

export type SaveState = { kind: "saved" | "saving" | "failed"; unsaved: number };

type Change = [id: string, before: string | undefined][];

export class LabelStore {
    readonly labels = new Map<string, string>();
    /** Grows with every change of a label. */
    readonly changes = new Observable(0);
    readonly state = new Observable<SaveState>({ kind: "saved", unsaved: 0 });
    others = 0;
    private stored: Record<string, string> = {};
    private etag: string | null = null;
    /** Not saved yet; null takes a class back. */
    private readonly pending = new Map<string, string | null>();
    private readonly done: Change[] = [];
    private isSaving = false;

    /** Rejects where the labels cannot be read. */
    async load(signal: AbortSignal): Promise<void> {
        const { labels, others, etag } = await getLabels(signal);
        if (etag !== null && etag === this.etag) return;
        this.etag = etag;
        this.stored = labels;
        this.others = others;
        this.merge();
    }

    /** Looks again when the window comes to the front, and now and then. */
    follow(signal: AbortSignal): void {
        const look = () => {
            if (document.hidden || this.isSaving) return;
            // What is wrong is told when something is saved; a server that was stopped need not be told every time.
            this.load(signal).catch((error: unknown) => {
                if (!isAbort(error)) console.debug("labels cannot be read just now", error);
            });
        };
        addEventListener("focus", look, { signal });
        document.addEventListener("visibilitychange", look, { signal });
        const timer = setInterval(look, kLookAgainMs);
        signal.addEventListener("abort", () => clearInterval(timer), { once: true });
    }

    get isDirty(): boolean {
        return this.pending.size > 0;
    }

    /** Gives all of them a class, or takes it back, as one step of undo(). */
    set(ids: readonly string[], name: string | null): void {
        const change: Change = ids
            .filter((id) => (this.labels.get(id) ?? null) !== name)
            .map((id) => [id, this.labels.get(id)]);
        if (change.length === 0) return;
        this.done.push(change);
        for (const [id] of change) this.pending.set(id, name);
        this.merge();
        void this.save();
    }

    /** Takes back what this window did last. The pictures it was done to; none where there is nothing to take back. */
    undo(): string[] {
        const change = this.done.pop();
        if (!change) return [];
        for (const [id, before] of change) this.pending.set(id, before ?? null);
        this.merge();
        void this.save();
        return change.map(([id]) => id);
    }

    /** Saves what is waiting; what fails stays, for the next time. */
    async save(): Promise<void> {
        if (this.isSaving) return;
        this.isSaving = true;
        try {
            while (this.pending.size > 0) await this.saveOnce();
            this.tell("saved");
        } catch (error) {
            this.tell("failed");
            sayError(error, "Not saved");
        } finally {
            this.isSaving = false;
        }
    }

    private async saveOnce(): Promise<void> {
        const batch = new Map(this.pending);
        this.tell("saving");
        const { before, etag } = await postLabels(Object.fromEntries(batch));
        for (const [id, name] of batch) {
            if (name === null) delete this.stored[id];
            else this.stored[id] = name;
            if (this.pending.get(id) === name) this.pending.delete(id);
        }
        const wasChangedElsewhere = before !== this.etag;
        this.etag = etag;
        if (wasChangedElsewhere) {
            this.etag = null;
            await this.load(new AbortController().signal);
        }
    }

    private tell(kind: SaveState["kind"]): void {
        this.state.set({ kind, unsaved: this.pending.size });
    }

    private merge(): void {
        this.labels.clear();
        for (const [id, name] of Object.entries(this.stored)) this.labels.set(id, name);
        for (const [id, name] of this.pending) {
            if (name === null) this.labels.delete(id);
            else this.labels.set(id, name);
        }
        this.changes.set(this.changes.value + 1);
    }
}
