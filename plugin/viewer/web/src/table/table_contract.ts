// What the server sends of a light table, and how the page holds it.
import type { CallLabel, Color, SlideClass } from "../contract.js";

/** One array per column. */
export interface PictureColumns {
    cases: string[];
    statuses: string[];
    id: string[];
    name: string[];
    case: number[];
    there: boolean[];
    width: number[];
    height: number[];
    status: (number | null)[];
    class: (string | null)[];
    prob: (number | null)[][];
    tumour: (number | null)[];
    strangeness: (number | null)[];
    reason: (string | null)[];
    note: (string | null)[];
    heatmap: boolean[];
}

/** A class that a person may give. */
export interface OwnClass {
    name: string;
    color: Color;
}

export interface CaseCall {
    call: CallLabel;
    reason: string;
}

export interface TableData {
    version: string;
    source: string;
    scored: boolean;
    /** What would score the pictures; null where they are scored. */
    score_command: string | null;
    classes: SlideClass[];
    own_classes: OwnClass[];
    label_file: string;
    /** Why classes cannot be saved there. */
    label_obstacle: string | null;
    notes: string[];
    /** Of `score`, as it is in its folder. */
    summary: {
        model?: { name?: string; good_for?: string | null; domain?: unknown } | null;
        cases?: number;
        cases_unlike?: number;
        note?: string;
    } | null;
    /** By the names of the cases. */
    calls: Record<string, CaseCall>;
    pictures: PictureColumns;
}

export interface StoredLabels {
    labels: Record<string, string>;
    /** How many of the file are of other pictures. */
    others: number;
}

export interface Picture {
    id: string;
    /** Its place in the order of names. */
    place: number;
    name: string;
    caseName: string;
    there: boolean;
    width: number;
    height: number;
    /** Null where nothing was scored. */
    status: string | null;
    /** The class of highest probability, where one was scored. */
    className: string | null;
    probabilities: (number | null)[];
    tumour: number | null;
    strangeness: number | null;
    reason: string | null;
    note: string | null;
    /** It was cut into tiles, and has one. */
    hasHeatmap: boolean;
    /** What the model takes it for: a class, "benign", or nothing where it does not know it. */
    verdict: string | null;
    /** Of the verdict, 0 … 1. */
    certainty: number | null;
}

export const kVotes = "ok";
export const kBenign = "benign";

function verdictOf(status: string | null, className: string | null): string | null {
    if (status === kVotes) return className;
    return status === kBenign ? kBenign : null;
}

function certaintyOf(picture: Picture): number | null {
    if (picture.verdict === null) return null;
    if (picture.status === kBenign) return picture.tumour === null ? null : 1 - picture.tumour;
    const known = picture.probabilities.filter((p): p is number => p !== null);
    return known.length === 0 ? null : Math.max(...known);
}

/** Reasons of errors begin in lower case. */
function sentence(text: string | null): string | null {
    return text && text[0]!.toUpperCase() + text.slice(1);
}

export function picturesOf(columns: PictureColumns): Picture[] {
    return columns.id.map((id, place) => {
        const status = columns.status[place] ?? null;
        const picture: Picture = {
            id,
            place,
            name: columns.name[place]!,
            caseName: columns.cases[columns.case[place]!]!,
            there: columns.there[place]!,
            width: columns.width[place]!,
            height: columns.height[place]!,
            status: status === null ? null : columns.statuses[status]!,
            className: columns.class[place] ?? null,
            probabilities: columns.prob.map((column) => column[place] ?? null),
            tumour: columns.tumour[place] ?? null,
            strangeness: columns.strangeness[place] ?? null,
            reason: sentence(columns.reason[place] ?? null),
            note: columns.note[place] ?? null,
            hasHeatmap: columns.heatmap[place] ?? false,
            verdict: null,
            certainty: null,
        };
        picture.verdict = verdictOf(picture.status, picture.className);
        picture.certainty = certaintyOf(picture);
        return picture;
    });
}
