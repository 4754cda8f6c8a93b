import assert from "node:assert/strict";
import { test } from "node:test";
import { outlineOf } from "../src/annotations/outline.js";
import { sightOf, stillDoes, thinnedPath } from "../src/annotations/thinned.js";

type Points = [x: number, y: number][];

/** A circle with a fine wave on it, as outlines of a pixel classifier have. */
function wavy(points: number, radius: number, wave: number): Points {
    return Array.from({ length: points }, (_, k) => {
        const angle = (2 * Math.PI * k) / points;
        const r = radius + (k % 2) * wave;
        return [r * Math.cos(angle), r * Math.sin(angle)];
    });
}

const polygon = (...rings: Points[]) => ({ type: "Polygon", coordinates: rings });

function pointsOf(path: string): Points {
    return [...path.matchAll(/[ML](\S+?) ([^MLZhv]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
}

function distanceToSegment([x, y]: Points[number], [x1, y1]: Points[number], [x2, y2]: Points[number]): number {
    const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length));
    return Math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1));
}

function distanceToRing(point: Points[number], ring: Points): number {
    return Math.min(...ring.map((start, k) => distanceToSegment(point, start, ring[(k + 1) % ring.length]!)));
}

const all = { x: -1e6, y: -1e6, width: 2e6, height: 2e6 };

test("a million points are drawn as thousands, none of them off by more than the screen shows", () => {
    const ring = wavy(1_000_000, 20_000, 3);
    const outline = outlineOf(polygon(ring));
    assert.equal(outline.size, 1_000_000);
    const begin = performance.now();
    const drawn = pointsOf(thinnedPath(outline, { window: all, tolerance: 20 }));
    assert.ok(performance.now() - begin < 1000);
    assert.ok(drawn.length < 10_000 && drawn.length > 1000, String(drawn.length));
    for (let k = 0; k < ring.length; k += 9973)
        assert.ok(distanceToRing(ring[k]!, drawn) <= 20, `point ${k} is ${distanceToRing(ring[k]!, drawn)} off`);
});

test("what is in sight is exact to the tolerance, and what is not costs nothing", () => {
    const ring = wavy(200_000, 20_000, 1);
    const window = { x: 19_000, y: -500, width: 2000, height: 1000 };
    const path = thinnedPath(outlineOf(polygon(ring)), { window, tolerance: 0.5 });
    const drawn = pointsOf(path);
    assert.ok(drawn.length < 4000, String(drawn.length));
    const inSight = ring.filter(([x, y]) => x > 19_000 && Math.abs(y) < 499);
    assert.ok(inSight.length > 1000);
    for (const point of inSight.slice(0, 200)) assert.ok(distanceToRing(point, drawn) <= 0.5);
    // Nothing passes through the window that does not in truth.
    for (const [x, y] of drawn)
        if (x > 19_000 && Math.abs(y) < 500) assert.ok(Math.abs(Math.hypot(x, y) - 20_000.5) < 1.5);
});

test("an outline around the window is not drawn into it", () => {
    const path = thinnedPath(outlineOf(polygon(wavy(100_000, 20_000, 1))), {
        window: { x: -100, y: -100, width: 200, height: 200 },
        tolerance: 0.1,
    });
    const drawn = pointsOf(path);
    assert.ok(drawn.length >= 4 && drawn.length < 20, String(drawn.length));
    assert.ok(distanceToRing([0, 0], drawn) > 150, "no line through the middle");
});

test("the tolerance grows until the page can draw it", () => {
    const noise: Points = Array.from({ length: 300_000 }, (_, k) => [(k * 7919) % 10_007, (k * 104_729) % 10_009]);
    assert.ok(pointsOf(thinnedPath(outlineOf(polygon(noise)), { window: all, tolerance: 1 }, 5000)).length <= 5000);
});

test("specks that the screen does not show become one dot for each place", () => {
    const specks = Array.from({ length: 50_000 }, (_, k): Points => {
        const x = (k % 100) * 10;
        const y = Math.floor(k / 100) * 0.01;
        return [
            [x, y],
            [x, y + 0.3],
            [x + 0.3, y],
        ];
    });
    const path = thinnedPath(outlineOf({ type: "MultiPolygon", coordinates: specks.map((ring) => [ring]) }), {
        window: all,
        tolerance: 1,
    });
    const dots = path.split("Z").length - 1;
    assert.ok(dots >= 100 && dots <= 1000, String(dots));
});

test("a drawing serves until the view has left it, or shows more than it has", () => {
    const seen = { x: 0, y: 0, width: 1000, height: 800 };
    const drawn = sightOf(seen, 0.5);
    assert.ok(stillDoes(drawn, seen, 0.5));
    assert.ok(stillDoes(drawn, { ...seen, x: 900 }, 0.5));
    assert.ok(!stillDoes(drawn, { ...seen, x: 1100 }, 0.5));
    assert.ok(!stillDoes(drawn, { x: 400, y: 400, width: 250, height: 200 }, 2), "too coarse");
    assert.ok(!stillDoes(drawn, { x: 0, y: 0, width: 100, height: 80 }, 0.1), "needlessly fine");
});
