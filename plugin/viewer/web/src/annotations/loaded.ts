// Which features of a file are annotations of a person, and how they are on this slide.
import { countText, plural } from "../base/format.js";
import { HintedError } from "../base/hinted_error.js";
import type { AnnotationClass, Feature } from "../contract.js";
import { isAnnotation, record, text, withClass } from "./feature.js";
import { hasShape, moved, type Flaw, type Offset } from "./moved.js";
import { kExportAgain } from "./read_file.js";

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

/** QuPath 0.2 wrote the kind of an object where its id belongs, the same one for all. */
const kKindIds = new Map<unknown, string>([
    ["PathAnnotationObject", "annotation"],
    ["PathTileObject", "tile"],
    ["PathDetectionObject", "detection"],
    ["PathCellObject", "cell"],
    ["TMACoreObject", "tmaCore"],
]);

export interface Loaded {
    annotations: Feature[];
    leftOut: Map<LeftOut, number>;
}

/** As overlay.geojson has them: the call counts its tiles as `scored_tiles`, a region as `tiles`. */
function isOwnResult({ properties }: Feature): boolean {
    const { measurements } = record(properties);
    // Before version 0.4, QuPath wrote a list of names and values.
    const names = Array.isArray(measurements)
        ? measurements.map((one) => record(one).name)
        : Object.keys(record(measurements));
    const has = (name: string) => names.includes(name);
    return properties?.isLocked === true && (has("scored_tiles") || (has("tiles") && has("area_mm2")));
}

/** A class is an object from here on, as saving would drop a mere name. */
function withProperClass(feature: Feature, classes: readonly AnnotationClass[]): Feature {
    const { classification, ...others } = feature.properties!;
    const { name, names } = record(classification);
    if (typeof name === "string" || Array.isArray(names)) return feature;
    const classless = { ...feature, properties: others };
    return text(classification) === "" ? classless : withClass(classless, text(classification), classes);
}

/** With an id only where it tells the object from others, and with all that the page asks for. */
function tidied(json: Record<string, unknown>): Feature {
    const { id, ...rest } = json;
    const properties = record(json.properties);
    const kind = kKindIds.get(id);
    const objectType = properties.objectType ?? properties.object_type ?? kind ?? "annotation";
    return {
        ...rest,
        ...(kind === undefined && (text(id) !== "" || typeof id === "number") && { id }),
        properties: { ...properties, objectType },
    } as unknown as Feature;
}

function nothingIn(file: string, leftOut: Loaded["leftOut"]): HintedError {
    return leftOut.size === 0
        ? new HintedError(`${file} has no annotations.`, kExportAgain)
        : new HintedError(
              `${file} has no annotations, only ${leftOutText(leftOut)}.`,
              "What a program found is no one's judgement, and is not loaded.",
          );
}

type Reader = (json: unknown, flaw: Flaw) => Feature | LeftOut;

function reader(offset: Offset, classes: readonly AnnotationClass[]): Reader {
    return (json, flaw) => {
        if (record(json).type !== "Feature") throw flaw("is no GeoJSON feature");
        const feature = tidied(record(json));
        if (!isAnnotation(feature)) return feature.properties!.objectType as LeftOut;
        if (isOwnResult(feature)) return "own";
        if (!feature.geometry) return "shapeless";
        const geometry = moved(feature.geometry, offset, flaw);
        return hasShape(geometry) ? withProperClass({ ...feature, geometry }, classes) : "shapeless";
    };
}

/** Adds the slide's offset, which QuPath's coordinates lack. */
export function annotationsIn(
    features: readonly unknown[],
    file: string,
    offset: Offset,
    classes: readonly AnnotationClass[],
): Loaded {
    const read = reader(offset, classes);
    const annotations: Feature[] = [];
    const leftOut = new Map<LeftOut, number>();
    features.forEach((json, place) => {
        const flaw = (what: string) => new HintedError(`${file}: feature ${place + 1} ${what}.`, kExportAgain);
        const found = read(json, flaw);
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
