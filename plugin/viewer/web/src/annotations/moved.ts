// Geometry of a file that the user opens. It is checked as the server does on saving: what is damaged must be refused now, and
// not when all that was drawn since hangs on it.
import type { Geometry } from "../contract.js";
import { rounded } from "./geojson.js";
import type { Flaw } from "./normal.js";
import { outlineOf } from "./outline.js";
import { record } from "./record.js";

export type Offset = readonly [x: number, y: number];

/** How many arrays lie around a point. */
const kDepths = new Map<unknown, number>([
    ["Point", 0],
    ["MultiPoint", 1],
    ["LineString", 1],
    ["MultiLineString", 2],
    ["Polygon", 2],
    ["MultiPolygon", 3],
]);
const kMostNested = 8;

/** A third number would be a height, which slides do not have. */
function movedPoint(point: unknown, offset: Offset, flaw: Flaw): number[] {
    const [x, y]: unknown[] = Array.isArray(point) ? point : [];
    if (typeof x !== "number" || typeof y !== "number") throw flaw("has a point that is no pair of numbers");
    const at = [rounded(x + offset[0]), rounded(y + offset[1])];
    if (!at.every(Number.isFinite)) throw flaw("has a coordinate that is too large");
    return at;
}

function movedCoordinates(value: unknown, depth: number, offset: Offset, flaw: Flaw): unknown {
    if (depth === 0) return movedPoint(value, offset, flaw);
    if (!Array.isArray(value)) throw flaw("has coordinates that do not fit their type");
    return value.map((inner) => movedCoordinates(inner, depth - 1, offset, flaw));
}

/** The geometry with `offset` added to every point, to two decimals. */
export function moved(geometry: unknown, offset: Offset, flaw: Flaw, nested = 0): Geometry {
    const parts = record(geometry);
    const type = parts.type as string;
    const depth = kDepths.get(type);
    if (depth !== undefined)
        return { ...parts, type, coordinates: movedCoordinates(parts.coordinates, depth, offset, flaw) };
    if (type !== "GeometryCollection" || !Array.isArray(parts.geometries) || nested >= kMostNested)
        throw flaw("has a geometry that GeoJSON does not know");
    return { ...parts, type, geometries: parts.geometries.map((part) => moved(part, offset, flaw, nested + 1)) };
}

/** Whether there is something to show, and every outline encloses something. */
export function hasShape(geometry: Geometry): boolean {
    const { polygons, lines } = outlineOf(geometry);
    return (
        polygons.length + lines.length > 0 &&
        polygons.every((rings) => rings.length > 0 && rings.every(({ points }) => points.length >= 6)) &&
        lines.every(({ points }) => points.length > 0)
    );
}
