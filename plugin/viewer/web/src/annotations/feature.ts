// What a feature means to this page, in the form that normal.ts and the server give it. Members that it does not know stay as
// they are.
import type { AnnotationClass, Color, Feature } from "../contract.js";
import { geometryOf, type Polygon } from "./geojson.js";
import { isOwn, kindOfFeature } from "./normal.js";
import { outlineOf } from "./outline.js";
import { record, text } from "./record.js";

/** More points than this make an editor with a handle for each unusably slow. */
const kMostPoints = 500;
const kNoClassColor: Color = [120, 120, 120];

/** Tiles, cells and detections are what a program found, not what a person drew. */
export function isAnnotation(feature: Feature): boolean {
    return kindOfFeature(feature) === "annotation";
}

/** What a person drew, so that it counts and teaches: an annotation, but for what slidetype drew and nobody unlocked. */
export function isJudgement(feature: Feature): boolean {
    return isAnnotation(feature) && !isOwn(feature);
}

/** Empty where there is no class. */
export function classOf(feature: Feature): string {
    return text(record(feature.properties?.classification).name);
}

export function nameOf(feature: Feature): string {
    return text(feature.properties?.name);
}

function isColor(value: unknown): value is Color {
    return Array.isArray(value) && value.length === 3 && value.every((channel) => Number.isFinite(channel));
}

export function colorOf(feature: Feature, classes: readonly AnnotationClass[]): Color {
    const name = classOf(feature);
    const known = classes.find((one) => one.name === name);
    if (known) return known.color;
    const classification = record(feature.properties?.classification);
    if (isColor(classification.color)) return classification.color;
    const own = feature.properties?.color;
    return isColor(own) ? own : kNoClassColor;
}

/** Why an annotation, or only its outline, cannot be changed here. */
export interface Limits {
    frozen: boolean;
    outlineFrozen: boolean;
    why: string;
}

export function limitsOf(feature: Feature): Limits {
    const frozen = (why: string) => ({ frozen: true, outlineFrozen: true, why });
    if (isOwn(feature)) return frozen("drawn by slidetype, locked");
    if (feature.properties?.isLocked === true) return frozen("locked");
    const { polygons, size } = outlineOf(feature.geometry);
    if (polygons.length === 0) return frozen("no area");
    if (feature.geometry!.type === "GeometryCollection") return frozen("several geometries");
    if (size > kMostPoints) return { frozen: false, outlineFrozen: true, why: "outline too fine to edit here" };
    return { frozen: false, outlineFrozen: false, why: "" };
}

/** A version-4 UUID; `crypto.randomUUID` is not there on pages that come over plain HTTP from another computer. */
export function newId(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function classification(classes: readonly AnnotationClass[], name: string) {
    const known = classes.find((one) => one.name === name);
    return { name, ...(known && { color: known.color }) };
}

export function newFeature(polygons: Polygon[], className: string, classes: readonly AnnotationClass[]): Feature {
    return {
        type: "Feature",
        id: newId(),
        geometry: geometryOf(polygons),
        properties: { objectType: "annotation", classification: classification(classes, className) },
    };
}

export function withClass(feature: Feature, className: string, classes: readonly AnnotationClass[]): Feature {
    return { ...feature, properties: { ...feature.properties, classification: classification(classes, className) } };
}

export function withPolygons(feature: Feature, polygons: Polygon[]): Feature {
    return { ...feature, geometry: geometryOf(polygons) };
}
