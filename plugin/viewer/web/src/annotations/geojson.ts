// Geometry of annotations, in level-0 pixels.
import type { Geometry } from "../contract.js";

type Position = [x: number, y: number];
/** Open: the last point is not the first again. */
export type Ring = Position[];
/** The outer ring, then its holes. */
export type Polygon = Ring[];

export interface Bounds {
    x: number;
    y: number;
    width: number;
    height: number;
}

function list(value: unknown): unknown[] {
    return Array.isArray(value) ? value : [];
}

/** Points of a file; what is no point is left out. */
function positions(value: unknown): Position[] {
    return list(value).flatMap((point): Position[] => {
        const [x, y] = list(point);
        return Number.isFinite(x) && Number.isFinite(y) ? [[x as number, y as number]] : [];
    });
}

function ring(value: unknown): Ring {
    const points = positions(value);
    const first = points[0];
    const last = points[points.length - 1];
    if (points.length > 1 && first![0] === last![0] && first![1] === last![1]) points.pop();
    return points;
}

function closed(points: Ring): Position[] {
    return [...points, points[0]!].map(([x, y]) => [rounded(x), rounded(y)]);
}

/** To the two decimals that slidetype and QuPath write. */
export function rounded(value: number): number {
    return Math.round(value * 100) / 100;
}

/** All polygons of a geometry; lines and points have none. */
export function polygonsOf(geometry: Geometry | null): Polygon[] {
    switch (geometry?.type) {
        case "Polygon":
            return [list(geometry.coordinates).map(ring)];
        case "MultiPolygon":
            return list(geometry.coordinates).map((rings) => list(rings).map(ring));
        case "GeometryCollection":
            return (geometry.geometries ?? []).flatMap(polygonsOf);
        default:
            return [];
    }
}

export function geometryOf(polygons: Polygon[]): Geometry {
    const coordinates = polygons.map((rings) => rings.map(closed));
    return coordinates.length === 1
        ? { type: "Polygon", coordinates: coordinates[0] }
        : { type: "MultiPolygon", coordinates };
}

/** The lines of a geometry that has no area; points are lines of one point. */
export function linesOf(geometry: Geometry | null): Position[][] {
    switch (geometry?.type) {
        case "Point":
            return [positions([geometry.coordinates])];
        case "MultiPoint":
            return positions(geometry.coordinates).map((point) => [point]);
        case "LineString":
            return [positions(geometry.coordinates)];
        case "MultiLineString":
            return list(geometry.coordinates).map(positions);
        case "GeometryCollection":
            return (geometry.geometries ?? []).flatMap(linesOf);
        default:
            return [];
    }
}

/** As data of an SVG path. */
export function pathData(geometry: Geometry | null): string {
    const draw = (points: Ring) => points.map(([x, y], k) => `${k === 0 ? "M" : "L"}${x} ${y}`).join("");
    const areas = polygonsOf(geometry)
        .flat()
        .map((points) => `${draw(points)}Z`);
    const lines = linesOf(geometry).map((points) => (points.length === 1 ? `${draw(points)}h0` : draw(points)));
    return [...areas, ...lines].join("");
}

export function bounds(polygons: Polygon[]): Bounds {
    let left = Infinity;
    let top = Infinity;
    let right = -Infinity;
    let bottom = -Infinity;
    for (const points of polygons.flat()) {
        for (const [x, y] of points) {
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x);
            bottom = Math.max(bottom, y);
        }
    }
    return left > right
        ? { x: 0, y: 0, width: 0, height: 0 }
        : { x: left, y: top, width: right - left, height: bottom - top };
}

/** What was drawn beyond the slide's edge ends there. */
export function clampedTo(points: Ring, width: number, height: number): Ring {
    return points.map(([x, y]) => [Math.min(width, Math.max(0, x)), Math.min(height, Math.max(0, y))]);
}
