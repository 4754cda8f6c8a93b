// The pictures that the server shows, and what the user wants to see of them.
import { Observable } from "../base/observable.js";
import { arranged, defaultSettings, numbered, type TableSettings } from "./arrange.js";
import { LabelStore } from "./label_store.js";
import { getTable } from "./table_api.js";
import { picturesOf, type Picture, type TableData } from "./table_contract.js";

export class TableStore {
    readonly labels = new LabelStore();
    readonly settings: Observable<TableSettings>;
    readonly pictures: Picture[];
    readonly cases: string[];
    readonly statuses: string[];
    private readonly byId: Map<string, Picture>;

    private constructor(readonly data: TableData) {
        this.pictures = picturesOf(data.pictures);
        numbered(this.pictures);
        this.byId = new Map(this.pictures.map((picture) => [picture.id, picture]));
        this.cases = [...data.pictures.cases].sort(new Intl.Collator("en", { numeric: true }).compare);
        this.statuses = data.pictures.statuses;
        this.settings = new Observable(defaultSettings(this.cases.length));
    }

    static async load(signal: AbortSignal): Promise<TableStore> {
        const store = new TableStore(await getTable(signal));
        await store.labels.load(signal);
        return store;
    }

    picture(id: string | null): Picture | undefined {
        return id === null ? undefined : this.byId.get(id);
    }

    /** The column of P(LUSC), or that of the last class. */
    get lusc(): number {
        const found = this.data.classes.findIndex(({ name }) => name.toUpperCase() === "LUSC");
        return found >= 0 ? found : this.data.classes.length - 1;
    }

    shown(): Picture[] {
        return arranged(this.pictures, this.settings.value, this.labels.labels, this.lusc);
    }

    /** The colour of a class of the model or of one's own. */
    color(name: string): readonly number[] {
        const own = this.data.own_classes.find((one) => one.name === name);
        return own?.color ?? this.data.classes.find((one) => one.name === name)?.color ?? [120, 130, 140];
    }
}
