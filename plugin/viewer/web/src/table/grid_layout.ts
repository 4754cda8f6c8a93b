// Where headings and rows of cards lie. Heights are known before anything is drawn, so that of ten thousand pictures only
// those on the screen need to exist.
import type { Section } from "./arrange.js";
import type { Picture } from "./table_contract.js";

export interface GridMeasures {
    columns: number;
    rowHeight: number;
    headHeight: number;
}

export type GridRow =
    | { kind: "head"; top: number; section: Section }
    | { kind: "cards"; top: number; first: number; pictures: Picture[] };

export class GridLayout {
    readonly rows: GridRow[] = [];
    /** In the order in which they are on the screen. */
    readonly pictures: Picture[] = [];
    readonly height: number;
    private readonly rowOf: number[] = [];
    private readonly places = new Map<string, number>();

    constructor(
        sections: readonly Section[],
        readonly measures: GridMeasures,
    ) {
        let top = 0;
        for (const section of sections) {
            if (section.caseName !== null) {
                this.rows.push({ kind: "head", top, section });
                top += measures.headHeight;
            }
            for (let at = 0; at < section.pictures.length; at += measures.columns) {
                const pictures = section.pictures.slice(at, at + measures.columns);
                const first = this.pictures.length;
                for (const picture of pictures) {
                    this.rowOf.push(this.rows.length);
                    this.places.set(picture.id, this.pictures.length);
                    this.pictures.push(picture);
                }
                this.rows.push({ kind: "cards", top, first, pictures });
                top += measures.rowHeight;
            }
        }
        this.height = top;
    }

    /** -1 where it is not shown. */
    placeOf(id: string | null): number {
        return id === null ? -1 : (this.places.get(id) ?? -1);
    }

    heightOf(row: GridRow): number {
        return row.kind === "head" ? this.measures.headHeight : this.measures.rowHeight;
    }

    rowAt(place: number): GridRow | undefined {
        return this.rows[this.rowOf[place] ?? -1];
    }

    /** The rows that a window shows, and `beyond` pixels above and below it: [first, end). */
    visible(top: number, height: number, beyond: number): [first: number, end: number] {
        const from = top - beyond,
            to = top + height + beyond;
        let low = 0,
            high = this.rows.length;
        while (low < high) {
            const middle = (low + high) >> 1,
                row = this.rows[middle]!;
            if (row.top + this.heightOf(row) <= from) low = middle + 1;
            else high = middle;
        }
        let end = low;
        while (end < this.rows.length && this.rows[end]!.top < to) ++end;
        return [low, end];
    }

    /** The picture `rows` rows of cards below, in the same column or the last one there is. */
    below(place: number, rows: number): number {
        const here = this.rowAt(place);
        if (here?.kind !== "cards") return place;
        const column = place - here.first;
        let index = this.rowOf[place]!,
            found = here;
        for (let left = Math.abs(rows); left > 0; ) {
            index += Math.sign(rows);
            const row = this.rows[index];
            if (!row) break;
            if (row.kind !== "cards") continue;
            found = row;
            --left;
        }
        return found.first + Math.min(column, found.pictures.length - 1);
    }
}
