import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { AnnotationDocument } from "../src/annotations/document.js";
import {
    classOf,
    colorOf,
    isAnnotation,
    isJudgement,
    limitsOf,
    newFeature,
    withClass,
    withPolygons,
} from "../src/annotations/feature.js";
import { rebased } from "../src/annotations/rebase.js";
import type { Feature, FeatureCollection } from "../src/contract.js";

// Browsers have it under this name; Node only since version 19.
globalThis.crypto ??= webcrypto as Crypto;

const geometry = {
    type: "Polygon",
    coordinates: [
        [
            [0, 0],
            [0, 9],
            [9, 9],
            [0, 0],
        ],
    ],
};
const classes = [{ name: "LUAD", color: [0, 114, 178] as [number, number, number] }];
const feature = (id: unknown, properties: Record<string, unknown> = {}): Feature => ({
    type: "Feature",
    id,
    geometry,
    properties,
});

function opened(...features: Feature[]): AnnotationDocument {
    const document = new AnnotationDocument(() => {});
    document.load({ type: "FeatureCollection", features, extra: 1 } as FeatureCollection, '"1"');
    return document;
}

test("what was loaded is saved as it was", () => {
    const odd = { type: "Feature", id: 7, bbox: [1], geometry: null, properties: null } as unknown as Feature;
    const document = opened(feature("a", { measurements: { x: 1 } }), odd);
    assert.deepEqual(document.toCollection(), {
        type: "FeatureCollection",
        features: [feature("a", { measurements: { x: 1 } }), odd],
        extra: 1,
    });
    assert.equal(document.isDirty, false);
});

test("changes can be undone and redone, and undone are no changes", () => {
    const document = opened(feature("a"));
    const key = document.add(feature("b"));
    document.remove(document.entries[0]!.key);
    assert.equal(document.isDirty, true);
    document.undo();
    assert.equal(document.entries.length, 2);
    document.undo();
    assert.equal(document.isDirty, false);
    assert.equal(document.canUndo, false);
    document.redo();
    assert.equal(document.find(key)!.feature.id, "b");
});

test("what is changed while it is saved stays unsaved", () => {
    const document = opened(feature("a"));
    document.add(feature("b"));
    const state = document.state();
    document.add(feature("c"));
    document.saved(state, '"2"');
    assert.equal(document.isDirty, true);
    assert.equal(document.etag, '"2"');
    document.undo();
    assert.equal(document.isDirty, false);
});

test("changing class or outline keeps all other members", () => {
    const original = { ...feature("a", { name: "n", isLocked: false, measurements: { x: 1 } }), bbox: [0] } as Feature;
    const changed = withPolygons(withClass(original, "LUAD", classes), [
        [
            [
                [1, 1],
                [1, 2],
                [2, 2],
            ],
        ],
    ]);
    assert.deepEqual(changed, {
        ...original,
        geometry: {
            type: "Polygon",
            coordinates: [
                [
                    [1, 1],
                    [1, 2],
                    [2, 2],
                    [1, 1],
                ],
            ],
        },
        properties: { ...original.properties, classification: { name: "LUAD", color: [0, 114, 178] } },
    });
    assert.equal(classOf(original), "");
});

test("new annotations have an id of their own", () => {
    const [a, b] = [0, 1].map(() =>
        newFeature(
            [
                [
                    [
                        [0, 0],
                        [0, 1],
                        [1, 1],
                    ],
                ],
            ],
            "LUAD",
            classes,
        ),
    );
    assert.match(String(a!.id), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.notEqual(a!.id, b!.id);
    assert.equal(a!.properties!.objectType, "annotation");
});

test("classes have a colour, and what a program found is no annotation", () => {
    assert.equal(classOf(feature("a", { classification: { name: "Tumor: Positive" } })), "Tumor: Positive");
    assert.equal(classOf(feature("a", { classification: 7 })), "");
    assert.deepEqual(colorOf(feature("a", { classification: { name: "x", color: [1, 2, 3] } }), classes), [1, 2, 3]);
    assert.deepEqual(
        colorOf(feature("a", { classification: { name: "LUAD", color: [1, 2, 3] } }), classes),
        [0, 114, 178],
    );
    assert.equal(isAnnotation(feature("a", { objectType: "cell" })), false);
    assert.equal(isAnnotation(feature("a")), true);
    const own = { isLocked: true, measurements: { scored_tiles: 9 } };
    assert.equal(isJudgement(feature("a", own)), false);
    assert.match(limitsOf(feature("a", own)).why, /drawn by slidetype/);
    assert.equal(isJudgement(feature("a", { isLocked: true })), true, "a person may lock an area");
});

test("what cannot be edited says why", () => {
    assert.deepEqual(limitsOf(feature("a")), { frozen: false, outlineFrozen: false, why: "" });
    assert.equal(limitsOf(feature("a", { isLocked: true })).why, "locked");
    assert.equal(limitsOf({ ...feature("a"), geometry: { type: "Point", coordinates: [1, 2] } }).why, "no area");
    const fine = { type: "Polygon", coordinates: [Array.from({ length: 900 }, (_, k) => [k, k * k])] };
    assert.deepEqual(
        [
            limitsOf({ ...feature("a"), geometry: fine }).frozen,
            limitsOf({ ...feature("a"), geometry: fine }).outlineFrozen,
        ],
        [false, true],
    );
});

test("changes here go on top of changes by others", () => {
    const [kept, edited, deleted, theirsToDelete] = ["kept", "edited", "deleted", "theirs"].map((id) => feature(id));
    const base = [kept!, edited!, deleted!, theirsToDelete!];
    const mine = [kept!, feature("edited", { name: "mine" }), theirsToDelete!, feature("new")];
    const theirs = [feature("kept", { name: "theirs" }), feature("edited"), feature("deleted"), feature("added")];
    assert.deepEqual(rebased(base, mine, theirs), [
        feature("kept", { name: "theirs" }),
        feature("edited", { name: "mine" }),
        feature("added"),
        feature("new"),
    ]);
});

test("annotations without an id are told apart by their content", () => {
    const one = feature(undefined, { name: "1" }),
        two = feature(undefined, { name: "2" });
    assert.deepEqual(
        rebased([one, two], [two], [feature(undefined, { name: "1" }), feature(undefined, { name: "2" })]),
        [feature(undefined, { name: "2" })],
    );
});
