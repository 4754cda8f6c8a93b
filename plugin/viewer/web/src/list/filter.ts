// Which slides of a batch are shown, and in which order.
import type { BatchSlide, CallLabel, SlideState } from "../contract.js";

export type SortKey = "name" | "call" | "probability" | "area";

/** Whether the model knows slides of this kind; "unchecked" where nobody can tell. */
export type Known = "known" | "unknown" | "unchecked";

export interface ListSettings {
    text: string;
    call: CallLabel | "";
    state: SlideState | "";
    known: Known | "";
    sort: SortKey;
    descending: boolean;
    /** The slides of a patient stand together. */
    together: boolean;
}

export const kCalls: CallLabel[] = ["LUAD", "LUSC", "mixed", "indeterminate", "insufficient", "none"];
export const kKnown: Known[] = ["known", "unknown", "unchecked"];
export const kStates: SlideState[] = ["scored", "running", "unscored", "failed"];

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

export function knownOf({ known }: BatchSlide): Known {
    return known === null ? "unchecked" : known ? "known" : "unknown";
}

/** What a slide is sorted by; null, which sorts last whatever the direction, where there is nothing to sort by. */
function keyOf(slide: BatchSlide, { sort, together }: ListSettings): number | string | null {
    switch (sort) {
        case "name":
            return (together ? slide.patient : null) ?? slide.name;
        case "call":
            return slide.call === null ? null : kCalls.indexOf(slide.call);
        case "probability":
            return slide.prob_LUSC;
        case "area":
            return slide.scored_mm2;
    }
}

function compare(a: number | string, b: number | string): number {
    return typeof a === "string" ? names.compare(a, String(b)) : a - Number(b);
}

export function arranged(slides: readonly BatchSlide[], settings: ListSettings): BatchSlide[] {
    const text = settings.text.trim().toLowerCase();
    const shown = slides.filter(
        (slide) =>
            (text === "" || [slide.name, slide.patient ?? ""].some((name) => name.toLowerCase().includes(text))) &&
            (settings.call === "" || slide.call === settings.call) &&
            (settings.state === "" || slide.state === settings.state) &&
            (settings.known === "" || knownOf(slide) === settings.known),
    );
    const direction = settings.descending ? -1 : 1;
    return shown.sort((a, b) => {
        const left = keyOf(a, settings);
        const right = keyOf(b, settings);
        if (left === null || right === null) {
            if (left !== right) return left === null ? 1 : -1;
        } else {
            const order = compare(left, right);
            if (order !== 0) return order * direction;
        }
        return names.compare(a.name, b.name);
    });
}
