import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleBar, zoomText } from "../src/slide/scale_bar.js";

test("the bar is the largest round length that fits", () => {
    assert.deepEqual(scaleBar(0.5, 160), { pixels: 100, text: "50 µm" });
    assert.deepEqual(scaleBar(1, 160), { pixels: 100, text: "100 µm" });
    assert.deepEqual(scaleBar(10, 160), { pixels: 100, text: "1 mm" });
    assert.deepEqual(scaleBar(30, 160), { pixels: 2000 / 30, text: "2 mm" });
});

test("for any spacing the bar fits and fills at least two fifths", () => {
    for (let spacing = 0.01; spacing < 1000; spacing *= 1.07) {
        const { pixels } = scaleBar(spacing, 160);
        assert.ok(pixels <= 160.0001 && pixels >= 160 * 0.399, `${spacing}: ${pixels}`);
    }
});

test("the zoom needs no spacing to be told", () => {
    assert.equal(zoomText(0.25, 0.5), "0.50 µm/px, like 20×");
    assert.equal(zoomText(null, 0.5), "2 slide px per screen px");
});
