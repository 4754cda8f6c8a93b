// The outlines of a geometry as numbers in a row, with what is asked of them often. Outlines of a pixel classifier have a
// million points; as lists of pairs they would be read anew, and copied, for every question.
import type { Geometry } from "../contract.js";
import type { Bounds } from "./geojson.js";

/** Points as x, y, x, y …; a ring is open, its last point is not the first again. */
export interface Line {
    readonly points: Float64Array;
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
}

export interface Outline {
    /** The outer ring, then its holes. */
    readonly polygons: readonly (readonly Line[])[];
    /** Of a geometry without an area; points are lines of one point. */
    readonly lines: readonly Line[];
    /** How many points the polygons have. */
    readonly size: number;
    readonly bounds: Bounds;
    /** Square level-0 pixels, without holes. */
    readonly area: number;
}

function list(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

/** What is no point is left out. */
function numbersOf(value: unknown): Float64Array {
    const points = list(value);
    const numbers = new Float64Array(2 * points.length);
    let count = 0;
    for (const point of points) {
        const [x, y] = list(point);
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
        numbers[count++] = x as number;
        numbers[count++] = y as number;
    }
    return numbers.subarray(0, count);
}

function lineOf(points: Float64Array): Line {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (let k = 0; k < points.length; k += 2) {
        const x = points[k]!;
        const y = points[k + 1]!;
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        if (y > bottom) bottom = y;
    }
    return { points, left, top, right, bottom };
}

function ringOf(value: unknown): Line {
    const points = numbersOf(value);
    const end = points.length - 2;
    const isClosed = end > 0 && points[0] === points[end] && points[1] === points[end + 1];
    return lineOf(isClosed ? points.subarray(0, end) : points);
}

function polygonsIn(geometry: Geometry | null): Line[][] {
    switch (geometry?.type) {
        case "Polygon":
            return [list(geometry.coordinates).map(ringOf)];
        case "MultiPolygon":
            return list(geometry.coordinates).map((rings) => list(rings).map(ringOf));
        case "GeometryCollection":
            return (geometry.geometries ?? []).flatMap(polygonsIn);
        default:
            return [];
    }
}

function linesIn(geometry: Geometry | null): Line[] {
    const line = (value: unknown) => lineOf(numbersOf(value));
    switch (geometry?.type) {
        case "Point":
            return [line([geometry.coordinates])];
        case "MultiPoint":
            return list(geometry.coordinates).map((point) => line([point]));
        case "LineString":
            return [line(geometry.coordinates)];
        case "MultiLineString":
            return list(geometry.coordinates).map(line);
        case "GeometryCollection":
            return (geometry.geometries ?? []).flatMap(linesIn);
        default:
            return [];
    }
}

function boundsOf(lines: readonly Line[]): Bounds {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (const line of lines) {
        left = Math.min(left, line.left);
        top = Math.min(top, line.top);
        right = Math.max(right, line.right);
        bottom = Math.max(bottom, line.bottom);
    }
    return left > right
        ? { x: 0, y: 0, width: 0, height: 0 }
        : { x: left, y: top, width: right - left, height: bottom - top };
}

function ringArea({ points }: Line): number {
    let doubled = 0;
    for (let k = 0, before = points.length - 2; k < points.length; before = k, k += 2)
        doubled += points[before]! * points[k + 1]! - points[k]! * points[before + 1]!;
    return Math.abs(doubled) / 2;
}

function areaOf([outer, ...holes]: readonly Line[]): number {
    return outer === undefined ? 0 : holes.reduce((area, hole) => area - ringArea(hole), ringArea(outer));
}

function read(geometry: Geometry | null): Outline {
    const polygons = polygonsIn(geometry);
    const lines = linesIn(geometry);
    return {
        polygons,
        lines,
        size: polygons.flat().reduce((sum, { points }) => sum + points.length / 2, 0),
        bounds: boundsOf([...polygons.flat(), ...lines]),
        area: polygons.reduce((sum, rings) => sum + areaOf(rings), 0),
    };
}

const known = new WeakMap<Geometry, Outline>();

/** Geometries are never changed, only replaced, so each is read once. */
export function outlineOf(geometry: Geometry | null): Outline {
    if (geometry === null) return read(null);
    let outline = known.get(geometry);
    if (outline === undefined) {
        outline = read(geometry);
        known.set(geometry, outline);
    }
    return outline;
}

function inRing({ points, left, top, right, bottom }: Line, x: number, y: number): boolean {
    if (x < left || x > right || y < top || y > bottom) return false;
    let inside = false;
    for (let k = 0, before = points.length - 2; k < points.length; before = k, k += 2) {
        const y1 = points[k + 1]!;
        const y2 = points[before + 1]!;
        if (y1 > y === y2 > y) continue;
        const x1 = points[k]!;
        if (x < ((points[before]! - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
    return inside;
}

/** Whether a level-0 point is in one of the polygons, and in no hole of it. */
export function holds({ polygons }: Outline, x: number, y: number): boolean {
    return polygons.some(
        ([outer, ...holes]) => outer !== undefined && inRing(outer, x, y) && !holes.some((hole) => inRing(hole, x, y)),
    );
}
