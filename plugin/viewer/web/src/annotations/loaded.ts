// Which features of a file are annotations of a person, and how they are on this slide.
import { countText, plural } from "../base/format.js";
import { HintedError } from "../base/hinted_error.js";
import type { AnnotationClass, Feature } from "../contract.js";
import { classOf, withClass } from "./feature.js";
import { hasShape, moved, type Offset } from "./moved.js";
import { isOwn, kindOfFeature, type Flaw } from "./normal.js";
import { kExportAgain } from "./read_file.js";
import { record } from "./record.js";

/** What is left out, in the order and the words in which it is told. */
const kLeftOut = {
    tile: ["tile"],
    detection: ["detection"],
    cell: ["cell"],
    tmaCore: ["TMA core"],
    own: ["object of slidetype's own result", "objects of slidetype's own result"],
    shapeless: ["object without a shape", "objects without a shape"],
} as const satisfies Record<string, readonly [one: string, many?: string]>;
type LeftOut = keyof typeof kLeftOut;

export interface Loaded {
    annotations: Feature[];
    leftOut: Map<LeftOut, number>;
}

/** A class that the slide knows has its colour there. */
function withKnownColor(feature: Feature, classes: readonly AnnotationClass[]): Feature {
    const { classification } = feature.properties!;
    const hasColor = record(classification).color !== undefined;
    const isKnown = classes.some(({ name }) => name === classOf(feature));
    if (hasColor || !isKnown) return feature;
    return withClass(feature, classOf(feature), classes);
}

function nothingIn(file: string, leftOut: Loaded["leftOut"]): HintedError {
    return leftOut.size === 0
        ? new HintedError(`${file} has no annotations.`, kExportAgain)
        : new HintedError(
              `${file} has no annotations, only ${leftOutText(leftOut)}.`,
              "What a program found is no one's judgement, and is not loaded.",
          );
}

/** The feature as it is on this slide, or why it is left out; null where it counts for nothing. */
function onSlide(
    feature: Feature,
    offset: Offset,
    classes: readonly AnnotationClass[],
    flaw: Flaw,
): Feature | LeftOut | null {
    const kind = kindOfFeature(feature);
    if (kind === "root") return null; // QuPath's object for the image itself
    if (kind !== "annotation") return kind;
    if (isOwn(feature)) return "own";
    if (!feature.geometry) return "shapeless";
    const geometry = moved(feature.geometry, offset, flaw);
    return hasShape(geometry) ? withKnownColor({ ...feature, geometry }, classes) : "shapeless";
}

/** Adds the slide's offset, which QuPath's coordinates lack. */
export function annotationsIn(
    features: readonly Feature[],
    file: string,
    offset: Offset,
    classes: readonly AnnotationClass[],
): Loaded {
    const annotations: Feature[] = [];
    const leftOut = new Map<LeftOut, number>();
    features.forEach((feature, place) => {
        const flaw = (what: string) => new HintedError(`${file}: feature ${place + 1} ${what}.`, kExportAgain);
        const found = onSlide(feature, offset, classes, flaw);
        if (found === null) return;
        if (typeof found === "string") leftOut.set(found, (leftOut.get(found) ?? 0) + 1);
        else annotations.push(found);
    });
    if (annotations.length === 0) throw nothingIn(file, leftOut);
    return { annotations, leftOut };
}

/** "200 tiles and 3 cells", or nothing. */
function leftOutText(leftOut: ReadonlyMap<LeftOut, number>): string {
    const parts = (Object.keys(kLeftOut) as LeftOut[]).flatMap((kind) => {
        const count = leftOut.get(kind);
        const [one, many]: readonly [string, string?] = kLeftOut[kind];
        return count === undefined ? [] : [plural(count, one, many)];
    });
    return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** What became of a file. */
export function loadedText({ annotations, leftOut }: Loaded, replaced: number, file: string): string {
    const lead = `${plural(annotations.length, "annotation")} loaded from ${file}`;
    const others = leftOut.size > 0 ? `; ${leftOutText(leftOut)} left out` : "";
    return `${lead}${replaced > 0 ? `, ${countText(replaced)} replaced` : ""}${others}.`;
}
