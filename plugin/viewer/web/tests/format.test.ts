import assert from "node:assert/strict";
import { test } from "node:test";
import {
    areaText,
    intervalText,
    magnificationText,
    percentText,
    probabilityText,
    spacingText,
} from "../src/base/format.js";

test("only one half itself reads as 0.50", () => {
    assert.equal(probabilityText(0.5), "0.50");
    assert.equal(probabilityText(0.501), "0.501");
    assert.equal(probabilityText(0.4999), "0.4999");
    assert.equal(probabilityText(0.834), "0.83");
    assert.equal(probabilityText(0.50000001), "0.500000");
});

test("what is not known is a dash and no number", () => {
    for (const text of [probabilityText, areaText, percentText, intervalText]) assert.equal(text(null), "–");
    assert.equal(probabilityText(NaN), "–");
    assert.equal(areaText(undefined), "–");
    assert.equal(spacingText(null), "not known");
    assert.equal(spacingText([null, null]), "not known");
});

test("areas keep a digit however small", () => {
    assert.equal(areaText(12.345), "12.35 mm²");
    assert.equal(areaText(0.004), "0.004 mm²");
    assert.equal(areaText(0), "0.00 mm²");
});

test("spacing has two figures only where the axes differ", () => {
    assert.equal(spacingText([0.5, 0.5]), "0.5 µm/px");
    assert.equal(spacingText([0.25261, 0.2531]), "0.2526 × 0.2531 µm/px");
});

test("1 µm/px is like 10x", () => {
    assert.equal(magnificationText(1), "like 10×");
    assert.equal(magnificationText(0.5), "like 20×");
    assert.equal(magnificationText(8), "like 1.3×");
});
