// The annotations of one slide while they are edited. Every change makes a new list, and the old ones are kept for undo.
import type { Feature, FeatureCollection } from "../contract.js";

/** One annotation. The key is this page's own: ids in files may be missing or doubled. */
export interface Entry {
    readonly key: number;
    readonly feature: Feature;
}

type Entries = readonly Entry[];

const kMostSteps = 200;

export class AnnotationDocument {
    private current: Entries = [];
    private stored: Entries = [];
    private undone: Entries[] = [];
    private before: Entries[] = [];
    private nextKey = 1;
    private collection: FeatureCollection = { type: "FeatureCollection", features: [] };
    /** Which state of the file `stored` is. */
    etag: string | null = null;

    constructor(private readonly changed: () => void) {}

    get entries(): Entries {
        return this.current;
    }

    get isDirty(): boolean {
        return !sameEntries(this.current, this.stored);
    }

    /** Takes the file's content; what was there before is gone. */
    load(collection: FeatureCollection, etag: string | null): void {
        this.collection = collection;
        this.current = this.stored = collection.features.map((feature) => ({ key: this.nextKey++, feature }));
        this.etag = etag;
        this.before = [];
        this.undone = [];
        this.changed();
    }

    /** The file's content as it is to be saved, with what else the file said. */
    toCollection(): FeatureCollection {
        return { ...this.collection, features: this.current.map(({ feature }) => feature) };
    }

    /** Features as they are in the file. */
    storedFeatures(): Feature[] {
        return this.stored.map(({ feature }) => feature);
    }

    /** A mark of the present state, for `saved`. */
    state(): Entries {
        return this.current;
    }

    /** `state` is now what the file holds. */
    saved(state: Entries, etag: string | null): void {
        this.stored = state;
        this.etag = etag;
        this.changed();
    }

    find(key: number): Entry | undefined {
        return this.current.find((entry) => entry.key === key);
    }

    add(feature: Feature): number {
        const key = this.nextKey++;
        this.change([...this.current, { key, feature }]);
        return key;
    }

    replace(key: number, feature: Feature): void {
        this.change(this.current.map((entry) => (entry.key === key ? { key, feature } : entry)));
    }

    remove(key: number): void {
        this.change(this.current.filter((entry) => entry.key !== key));
    }

    /** Puts other features in place of all, as one step. */
    replaceAll(features: Feature[]): void {
        const kept = new Map(this.current.map((entry) => [entry.feature, entry]));
        this.change(features.map((feature) => kept.get(feature) ?? { key: this.nextKey++, feature }));
    }

    get canUndo(): boolean {
        return this.before.length > 0;
    }

    get canRedo(): boolean {
        return this.undone.length > 0;
    }

    undo(): void {
        const entries = this.before.pop();
        if (!entries) return;
        this.undone.push(this.current);
        this.current = entries;
        this.changed();
    }

    redo(): void {
        const entries = this.undone.pop();
        if (!entries) return;
        this.before.push(this.current);
        this.current = entries;
        this.changed();
    }

    private change(entries: Entries): void {
        this.before.push(this.current);
        if (this.before.length > kMostSteps) this.before.shift();
        this.undone = [];
        this.current = entries;
        this.changed();
    }
}

function sameEntries(a: Entries, b: Entries): boolean {
    return a.length === b.length && a.every((entry, k) => entry.key === b[k]!.key && entry.feature === b[k]!.feature);
}
