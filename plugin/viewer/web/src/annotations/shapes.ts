// Polygons as the shapes that Annotorious edits, and back.
import { bounds, type Polygon, type Ring } from "./geojson.js";

interface ShapeBounds {
    minX: number;
    minY: number;
    maxX: number;
    maxY: number;
}

export interface RectangleShape {
    type: "RECTANGLE";
    geometry: { x: number; y: number; w: number; h: number; rot?: number; bounds: ShapeBounds };
}
export interface PolygonShape {
    type: "POLYGON";
    geometry: { points: Ring; bounds: ShapeBounds };
}
export interface MultiPolygonShape {
    type: "MULTIPOLYGON";
    geometry: { polygons: { rings: { points: Ring }[]; bounds: ShapeBounds }[]; bounds: ShapeBounds };
}
export type Shape = RectangleShape | PolygonShape | MultiPolygonShape;

function shapeBounds(polygons: Polygon[]): ShapeBounds {
    const { x, y, width, height } = bounds(polygons);
    return { minX: x, minY: y, maxX: x + width, maxY: y + height };
}

/** Whether a ring is a rectangle that stands straight; it then keeps its right angles while it is edited. */
function isUpright(ring: Ring): boolean {
    if (ring.length !== 4) return false;
    const box = bounds([[ring]]);
    const atCorner = ring.every(
        ([x, y]) => (x === box.x || x === box.x + box.width) && (y === box.y || y === box.y + box.height),
    );
    return (
        atCorner &&
        new Set(ring.map((point) => point.join())).size === 4 &&
        ring.every(([x, y], k) => {
            const [nextX, nextY] = ring[(k + 1) % 4]!;
            return (x === nextX) !== (y === nextY);
        })
    );
}

export function shapeOf(polygons: Polygon[]): Shape {
    const [polygon] = polygons;
    if (polygons.length === 1 && polygon!.length === 1) {
        const ring = polygon![0]!;
        if (isUpright(ring)) {
            const { x, y, width, height } = bounds(polygons);
            return {
                type: "RECTANGLE",
                geometry: { x, y, w: width, h: height, rot: 0, bounds: shapeBounds(polygons) },
            };
        }
        return { type: "POLYGON", geometry: { points: ring, bounds: shapeBounds(polygons) } };
    }
    return {
        type: "MULTIPOLYGON",
        geometry: {
            polygons: polygons.map((rings) => ({
                rings: rings.map((points) => ({ points })),
                bounds: shapeBounds([rings]),
            })),
            bounds: shapeBounds(polygons),
        },
    };
}

/** Upper left corner first, then down, as QuPath writes a rectangle. */
function rectangleRing({ x, y, w, h, rot = 0 }: RectangleShape["geometry"]): Ring {
    const corners: Ring = [
        [x, y],
        [x, y + h],
        [x + w, y + h],
        [x + w, y],
    ];
    if (rot === 0) return corners;
    const centerX = x + w / 2;
    const centerY = y + h / 2;
    const cos = Math.cos(rot);
    const sin = Math.sin(rot);
    return corners.map(([cornerX, cornerY]) => {
        const dx = cornerX - centerX;
        const dy = cornerY - centerY;
        return [centerX + dx * cos - dy * sin, centerY + dx * sin + dy * cos];
    });
}

export function polygonsOfShape(shape: Shape): Polygon[] {
    switch (shape.type) {
        case "RECTANGLE":
            return [[rectangleRing(shape.geometry)]];
        case "POLYGON":
            return [[shape.geometry.points]];
        case "MULTIPOLYGON":
            return shape.geometry.polygons.map(({ rings }) => rings.map(({ points }) => points));
    }
}
