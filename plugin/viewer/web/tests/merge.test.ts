import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";
import { AnnotationDocument } from "../src/annotations/document.js";
import { annotationsIn } from "../src/annotations/loaded.js";
import { merged } from "../src/annotations/merge.js";
import { featuresIn } from "../src/annotations/read_file.js";
import type { Feature } from "../src/contract.js";

// Browsers have it under this name; Node only since version 19.
globalThis.crypto ??= webcrypto as Crypto;

const kUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const named = (id: unknown, name: string): Feature => ({
    type: "Feature",
    id,
    geometry: { type: "Point", coordinates: [1, 2] },
    properties: { objectType: "annotation", name },
});

test("an id that is there is replaced, all else is added", () => {
    const present = [named("a", "old"), named("b", "old"), named(undefined, "old")];
    const { features, replaced } = merged(present, [named("b", "new"), named("c", "new"), named(undefined, "new")]);
    assert.equal(replaced, 1);
    assert.deepEqual(
        features.map(({ id, properties }) => [id, properties!.name]),
        [
            ["a", "old"],
            ["b", "new"],
            [undefined, "old"],
            ["c", "new"],
            [features[4]!.id, "new"],
        ],
    );
    assert.match(String(features[4]!.id), kUuid);
    assert.equal(features[0], present[0]);
});

test("ids that several features share do not tell them apart", () => {
    const { features, replaced } = merged([named("a", "old")], [named("a", "1"), named("a", "2")]);
    assert.equal(replaced, 0);
    assert.equal(new Set(features.map(({ id }) => id)).size, 3);
});

test("what QuPath 0.2 wrote in place of an id is none", () => {
    const old = named("PathAnnotationObject", "old");
    const { annotations } = annotationsIn(featuresIn(JSON.stringify([old]), "x.geojson"), "x.geojson", [0, 0], []);
    const { features, replaced } = merged([old], annotations);
    assert.equal(replaced, 0);
    assert.match(String(features[1]!.id), kUuid);
});

test("a file is one step", () => {
    const document = new AnnotationDocument(() => {});
    document.load({ type: "FeatureCollection", features: [named("a", "old")] }, '"1"');
    document.replaceAll(merged(document.storedFeatures(), [named("a", "new"), named("b", "new")]).features);
    assert.equal(document.isDirty, true);
    assert.equal(document.entries.length, 2);
    document.undo();
    assert.deepEqual(document.toCollection().features, [named("a", "old")]);
    assert.equal(document.isDirty, false);
    assert.equal(document.canUndo, false);
});
