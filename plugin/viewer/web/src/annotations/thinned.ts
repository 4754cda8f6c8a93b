// Fine outlines as they are drawn: with the points that the screen can show, and those that are in sight. Only the drawing is
// thinned; what is saved keeps every point.
import type { Box } from "../slide/slide_view.js";
import type { Line, Outline } from "./outline.js";

/** For which view something is drawn, in level-0 pixels. */
export interface Sight {
    /** What may be seen; beyond it lines may run elsewhere than they do. */
    window: Box;
    /** How far a line may be off. */
    tolerance: number;
}

/** More points than this make the page slow; the tolerance is doubled until there are fewer. */
const kMostPoints = 8000;

interface Edges {
    left: number;
    top: number;
    right: number;
    bottom: number;
}

/** On which sides of the window a point lies, as bits. Points with a bit in common have no line between them in sight. */
function sidesOf(x: number, y: number, { left, top, right, bottom }: Edges): number {
    return (x < left ? 1 : x > right ? 2 : 0) | (y < top ? 4 : y > bottom ? 8 : 0);
}

/** Of a line's points those that tell where it runs, as places in `points`; a few more than `most` are too many. */
function keptOf(points: Float64Array, edges: Edges, tolerance: number, most: number): number[] {
    const kept: number[] = [0];
    const nearest = tolerance * tolerance;
    let last = 0; // that was kept
    let beyond = sidesOf(points[0]!, points[1]!, edges); // the sides that all have had since then
    let hidden = false; // whether the point before this one was left out for lying beyond them
    for (let k = 2; k < points.length && kept.length <= most; k += 2) {
        const sides = sidesOf(points[k]!, points[k + 1]!, edges);
        if ((beyond & sides) !== 0) {
            beyond &= sides;
            hidden = true;
            continue;
        }
        if (hidden) {
            last = k - 2;
            kept.push(last);
            hidden = false;
        }
        const dx = points[k]! - points[last]!;
        const dy = points[k + 1]! - points[last + 1]!;
        if (dx * dx + dy * dy < nearest) {
            beyond = 0;
            continue;
        }
        last = k;
        kept.push(k);
        beyond = sides;
    }
    // A line ends where it ends; a ring loses nothing by it.
    const end = points.length - 2;
    if (last !== end) kept.push(end);
    return kept;
}

class Drawing {
    readonly parts: string[] = [];
    points = 0;
    private readonly dots = new Set<string>();

    constructor(
        private readonly edges: Edges,
        private readonly tolerance: number,
        private readonly most: number,
    ) {}

    get isTooMuch(): boolean {
        return this.points > this.most;
    }

    add(line: Line, close: string): void {
        const { points, left, top, right, bottom } = line;
        const { edges, tolerance } = this;
        if (points.length === 0 || right < edges.left || left > edges.right || bottom < edges.top || top > edges.bottom)
            return;
        if (right - left < tolerance && bottom - top < tolerance) return this.dot(left, top);
        const kept = keptOf(points, edges, tolerance, this.most - this.points);
        this.points += kept.length;
        if (this.isTooMuch) return;
        const run = kept.map((k, place) => `${place === 0 ? "M" : "L"}${points[k]!} ${points[k + 1]!}`);
        this.parts.push(run.join(""), close);
    }

    /** Of what is smaller than the screen shows, one dot for all at one place. */
    private dot(x: number, y: number): void {
        const { tolerance } = this;
        const place = `${Math.round(x / tolerance / 2)} ${Math.round(y / tolerance / 2)}`;
        if (this.dots.has(place)) return;
        this.dots.add(place);
        this.points += 1;
        this.parts.push(`M${x} ${y}h${tolerance}v${tolerance}h${-tolerance}Z`);
    }
}

/** As data of an SVG path, of at most about `most` points. */
export function thinnedPath(outline: Outline, { window, tolerance }: Sight, most = kMostPoints): string {
    const edges = {
        left: window.x,
        top: window.y,
        right: window.x + window.width,
        bottom: window.y + window.height,
    };
    for (let coarser = tolerance; ; coarser *= 2) {
        const isLast = coarser > Math.max(window.width, window.height);
        const drawing = new Drawing(edges, coarser, isLast ? Infinity : most);
        const isDrawn = (line: Line, close: string) => {
            drawing.add(line, close);
            return !drawing.isTooMuch;
        };
        if (
            outline.polygons.every((rings) => rings.every((ring) => isDrawn(ring, "Z"))) &&
            outline.lines.every((line) => isDrawn(line, ""))
        )
            return drawing.parts.join("");
    }
}

/** How much finer the view may become before the drawing is too coarse for it, and how much coarser before it is too fine. */
const kFiner = 1.5;
const kCoarser = 4;

function holdsBox(outer: Box, inner: Box): boolean {
    return (
        inner.x >= outer.x &&
        inner.y >= outer.y &&
        inner.x + inner.width <= outer.x + outer.width &&
        inner.y + inner.height <= outer.y + outer.height
    );
}

/** Whether a drawing made for `drawn` still does where `seen` is in the window at `scale` screen pixels per level-0 pixel. */
export function stillDoes(drawn: Sight, seen: Box, scale: number): boolean {
    const fits = kScreenTolerance / scale;
    return drawn.tolerance <= fits * kFiner && drawn.tolerance >= fits / kCoarser && holdsBox(drawn.window, seen);
}

/** In pixels of the screen. */
const kScreenTolerance = 0.5;

/** A drawing for what is seen, and as much again on every side, so that the slide can be moved a while. */
export function sightOf(seen: Box, scale: number): Sight {
    const { x, y, width, height } = seen;
    return {
        window: { x: x - width, y: y - height, width: 3 * width, height: 3 * height },
        tolerance: kScreenTolerance / scale,
    };
}
