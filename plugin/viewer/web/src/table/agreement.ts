// How far the classes of a person and of the model are the same.
import type { Picture } from "./table_contract.js";

export const kIgnored = "Ignore*";

export type Labels = ReadonlyMap<string, string>;

/** Nothing where one of the two says nothing. */
export function agrees(picture: Picture, own: string | undefined): boolean | null {
    if (own === undefined || own === kIgnored || picture.verdict === null) return null;
    return own === picture.verdict;
}

export interface Agreement {
    labelled: number;
    /** Pictures of which both say something, and how many of them alike. */
    compared: number;
    same: number;
    /** own class → model's verdict, or "" where it has none → how many */
    table: Map<string, Map<string, number>>;
    /** The surest first. */
    disagreeing: Picture[];
}

export function agreementOf(pictures: readonly Picture[], labels: Labels): Agreement {
    const result: Agreement = { labelled: 0, compared: 0, same: 0, table: new Map(), disagreeing: [] };
    for (const picture of pictures) {
        const own = labels.get(picture.id);
        if (own === undefined) continue;
        result.labelled += 1;
        const row = result.table.get(own) ?? new Map<string, number>();
        const verdict = picture.verdict ?? "";
        row.set(verdict, (row.get(verdict) ?? 0) + 1);
        result.table.set(own, row);
        const same = agrees(picture, own);
        if (same === null) continue;
        result.compared += 1;
        if (same) result.same += 1;
        else result.disagreeing.push(picture);
    }
    result.disagreeing.sort((a, b) => (b.certainty ?? 0) - (a.certainty ?? 0) || a.place - b.place);
    return result;
}
