// The features of a file in one flat list and one form, whichever program or version of QuPath wrote it. The server does the
// same with what it sends (tiler/annotations/annotation_features.h), and both are held to tests/annotations/cases.json.
import type { Feature, Geometry } from "../contract.js";
import { classificationOf, kNone } from "./class_of_file.js";
import { record, text } from "./record.js";

export type Kind = "annotation" | "tile" | "detection" | "cell" | "tmaCore" | "root";

/** Makes the error that says what a file, or one of its features, has wrong. */
export type Flaw = (what: string) => Error;

const kMostNested = 64;
const kKinds = new Map<string, Kind>(
    (["annotation", "tile", "detection", "cell", "tmaCore", "root"] as const).map((kind) => [kind.toLowerCase(), kind]),
);
const kGeometries = new Set([
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
]);

/** The kind that a word names in the ways of all versions of QuPath: "detection", "PathDetectionObject", "TMACoreObject". */
function kindOf(word: unknown): Kind | undefined {
    const plain = text(word)
        .toLowerCase()
        .replace(/[_ -]/g, "")
        .replace(/^path/, "")
        .replace(/object$/, "");
    return kKinds.get(plain);
}

type Members = Record<string, unknown>;

/** From all that names it; where two contradict each other it is that which a program made. */
function withKind(id: unknown, { object_type, type, ...properties }: Members): { properties: Members; id: unknown } {
    const said = [properties.objectType, object_type, type, id].map(kindOf);
    const kind = said.find((one) => one !== undefined && one !== "annotation") ?? "annotation";
    const tellsNothing = said[3] !== undefined || id === undefined || id === null || id === "";
    return {
        properties: {
            ...properties,
            ...(object_type !== undefined && said[1] === undefined && { object_type }),
            ...(type !== undefined && said[2] === undefined && { type }),
            objectType: kind,
        },
        id: tellsNothing ? undefined : id,
    };
}

function withClassification({ classification, ...properties }: Members): Members {
    const found = classificationOf(classification);
    return found === kNone ? properties : { ...properties, classification: found };
}

/** Before version 0.4, QuPath wrote measurements as a list of names and values. */
function withMeasurements(properties: Members): Members {
    const { measurements } = properties;
    if (!Array.isArray(measurements) || !measurements.every((one) => typeof record(one).name === "string"))
        return properties;
    const named = measurements.map((one): [string, unknown] => [record(one).name as string, record(one).value ?? null]);
    return { ...properties, measurements: Object.fromEntries(named) };
}

function isObject(value: unknown): value is Members {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members that hold the objects within an object, and those objects. */
function childrenOf(members: Members): { rest: Members; children: Members[] } {
    const rest = { ...members };
    const children: Members[] = [];
    for (const key of ["childObjects", "children"]) {
        const list = rest[key];
        if (!Array.isArray(list) || !list.every(isObject)) continue;
        children.push(...list);
        delete rest[key];
    }
    return { rest, children };
}

class Flattener {
    readonly features: Feature[] = [];

    constructor(private readonly flaw: Flaw) {}

    add(json: unknown, depth = 0): void {
        if (depth > kMostNested) throw this.flaw("nests too deeply");
        if (Array.isArray(json)) return json.forEach((one) => this.add(one, depth + 1));
        if (!isObject(json)) throw this.flaw("holds something that is no GeoJSON feature");
        const { type, features } = json;
        if (type === "FeatureCollection") {
            if (!Array.isArray(features)) throw this.flaw("has a collection without features");
            this.add(features, depth + 1);
        } else if (type === "Feature") {
            this.addFeature(json, depth);
        } else if (kGeometries.has(text(type))) {
            this.addFeature({ type: "Feature", geometry: json }, depth);
        } else {
            throw this.flaw("holds something that is no GeoJSON feature");
        }
    }

    private addFeature(json: Members, depth: number): void {
        const own = childrenOf(json);
        const inner = childrenOf(isObject(json.properties) ? json.properties : {});
        const { id, geometry, ...others } = own.rest;
        if (geometry !== undefined && geometry !== null && !isObject(geometry))
            throw this.flaw(`is damaged: feature ${this.features.length + 1} has a shape that is none`);
        const isEmpty = !isObject(geometry) || Object.keys(geometry).length === 0;
        const kinded = withKind(id, inner.rest);
        const properties = withMeasurements(withClassification(kinded.properties));
        if (properties.isLocked === "true") properties.isLocked = true;
        this.features.push({
            ...others,
            type: "Feature",
            ...(kinded.id !== undefined && { id: kinded.id }),
            geometry: isEmpty ? null : (geometry as unknown as Geometry),
            properties,
        });
        for (const child of [...inner.children, ...own.children]) this.add(child, depth + 1);
    }
}

/** Objects within others follow those that held them. What is not understood stays as it is. */
export function normalFeatures(json: unknown, flaw: Flaw): Feature[] {
    const flattener = new Flattener(flaw);
    flattener.add(json);
    return flattener.features;
}

export function kindOfFeature({ properties }: Feature): Kind {
    return kindOf(properties?.objectType) ?? "annotation";
}

function isNameUuid(id: unknown): boolean {
    return /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text(id));
}

/**
 * Whether slidetype made it and nobody claimed it, by unlocking it. Its ids are of version 5, which no viewer draws; the call
 * counts its tiles as `scored_tiles`, a region as `tiles`. Either is enough: ids may be replaced, measurements left out.
 */
export function isOwn(feature: Feature): boolean {
    const measurements = record(feature.properties?.measurements);
    const kind = kindOfFeature(feature);
    if (kind === "tile") {
        const isScored = Object.keys(measurements).some((key) => key === "strangeness" || key.startsWith("prob_"));
        return isNameUuid(feature.id) && isScored;
    }
    if (kind !== "annotation" || feature.properties?.isLocked !== true) return false;
    const isMeasured = "scored_tiles" in measurements || ("tiles" in measurements && "area_mm2" in measurements);
    return isMeasured || isNameUuid(feature.id);
}
