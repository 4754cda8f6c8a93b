// Which pictures are shown, and in which order.
import { agrees, type Labels } from "./agreement.js";
import { kVotes, type Picture } from "./table_contract.js";

export type SortKey = "name" | "certainty" | "lusc" | "tumour" | "strangeness" | "own";

export interface TableSettings {
    text: string;
    /** The model's verdict; "" for any, "none" for none. */
    verdict: string;
    /** A status; "" for any, "not-voting" for all but those that vote. */
    status: string;
    /** "" for any, "unlabelled", "labelled", "disagreeing", "agreeing", or "class:" and a class of one's own. */
    own: string;
    /** "" for any, else "case:" and its name, which may be empty. */
    caseName: string;
    /** Both ends count; at its widest, pictures without a certainty are in. */
    certainty: [from: number, to: number];
    sort: SortKey;
    descending: boolean;
    /** Under a heading for each case. */
    apart: boolean;
}

/** As a model of two classes has it; other models may be less sure. */
export const kWholeCertainty: readonly [number, number] = [0.5, 1];

export function defaultSettings(cases: number): TableSettings {
    return {
        text: "",
        verdict: "",
        status: "",
        own: "",
        caseName: "",
        certainty: [...kWholeCertainty],
        sort: "name",
        descending: false,
        apart: cases > 1,
    };
}

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function fitsOwn(picture: Picture, wanted: string, labels: Labels): boolean {
    const own = labels.get(picture.id);
    if (wanted === "") return true;
    if (wanted === "unlabelled") return own === undefined;
    if (wanted === "labelled") return own !== undefined;
    if (wanted === "disagreeing") return agrees(picture, own) === false;
    if (wanted === "agreeing") return agrees(picture, own) === true;
    return own !== undefined && wanted === `class:${own}`;
}

function fitsCertainty(picture: Picture, [from, to]: readonly [number, number]): boolean {
    const [least, most] = kWholeCertainty;
    if (from <= least && to >= most) return true;
    if (picture.certainty === null) return false;
    // As it is read: 0.994 is shown as 0.99 and lies within "up to 0.99".
    const shown = Math.round(picture.certainty * 100) / 100;
    return (from <= least || shown >= from) && (to >= most || shown <= to);
}

export function fits(picture: Picture, settings: TableSettings, labels: Labels): boolean {
    const text = settings.text.trim().toLowerCase();
    return (
        (text === "" ||
            picture.name.toLowerCase().includes(text) ||
            (picture.reason ?? "").toLowerCase().includes(text)) &&
        (settings.verdict === "" || (picture.verdict ?? "none") === settings.verdict) &&
        (settings.status === "" ||
            (settings.status === "not-voting"
                ? picture.status !== null && picture.status !== kVotes
                : picture.status === settings.status)) &&
        (settings.caseName === "" || settings.caseName === `case:${picture.caseName}`) &&
        fitsCertainty(picture, settings.certainty) &&
        fitsOwn(picture, settings.own, labels)
    );
}

/** What a picture is sorted by; null, which sorts last whatever the direction, where there is nothing to sort by. */
function keyOf(picture: Picture, sort: SortKey, lusc: number, labels: Labels): number | string | null {
    switch (sort) {
        case "name":
            return picture.place;
        case "certainty":
            return picture.certainty;
        case "lusc":
            return picture.probabilities[lusc] ?? null;
        case "tumour":
            return picture.tumour;
        case "strangeness":
            return picture.strangeness;
        case "own":
            return labels.get(picture.id) ?? null;
    }
}

function compare(a: number | string, b: number | string): number {
    return typeof a === "string" ? names.compare(a, String(b)) : a - Number(b);
}

/** `lusc` is the column of P(LUSC). */
export function arranged(
    pictures: readonly Picture[],
    settings: TableSettings,
    labels: Labels,
    lusc: number,
): Picture[] {
    const keyed = pictures
        .filter((picture) => fits(picture, settings, labels))
        .map((picture) => ({ picture, key: keyOf(picture, settings.sort, lusc, labels) }));
    const direction = settings.descending ? -1 : 1;
    keyed.sort((a, b) => {
        if (a.key === null || b.key === null) {
            if (a.key !== b.key) return a.key === null ? 1 : -1;
        } else {
            const order = compare(a.key, b.key);
            if (order !== 0) return order * direction;
        }
        return a.picture.place - b.picture.place;
    });
    return keyed.map(({ picture }) => picture);
}

/** Places in natural order of their names: 9 before 10. */
export function numbered(pictures: Picture[]): void {
    const order = [...pictures].sort(
        (a, b) => names.compare(a.caseName, b.caseName) || names.compare(a.name, b.name) || a.place - b.place,
    );
    order.forEach((picture, place) => (picture.place = place));
}

export interface Section {
    /** Null where cases are not apart. */
    caseName: string | null;
    pictures: Picture[];
}

/** The same pictures under their cases, which are in the order of their names. */
export function sectionsOf(pictures: readonly Picture[], apart: boolean): Section[] {
    if (!apart) return [{ caseName: null, pictures: [...pictures] }];
    const sections = new Map<string, Picture[]>();
    for (const picture of pictures) {
        const found = sections.get(picture.caseName);
        if (found) found.push(picture);
        else sections.set(picture.caseName, [picture]);
    }
    return [...sections]
        .sort(([a], [b]) => names.compare(a, b))
        .map(([caseName, members]) => ({ caseName, pictures: members }));
}
