import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRoute, slideHash } from "../src/base/router.js";
import type { BatchPatient, BatchSlide } from "../src/contract.js";
import { arranged, type ListSettings } from "../src/list/filter.js";
import { withPatients } from "../src/list/list_entry.js";
import { visibleRows } from "../src/list/virtual_list.js";

function slide(name: string, changes: Partial<BatchSlide> = {}): BatchSlide {
    return {
        id: name,
        name,
        patient: null,
        state: "scored",
        call: "LUAD",
        prob_LUSC: 0.2,
        ci95: null,
        reason: null,
        known: true,
        supported: true,
        error: null,
        scored_mm2: 1,
        voting_mm2: 1,
        has_pixels: true,
        annotations: 0,
        ...changes,
    };
}

const slides = [
    slide("case 10", { call: "LUSC", prob_LUSC: 0.9, scored_mm2: 5 }),
    slide("case 9", { prob_LUSC: 0.1, known: false }),
    slide("Broken", { state: "failed", call: null, known: null, prob_LUSC: null, scored_mm2: null }),
];
const settings: ListSettings = {
    text: "",
    call: "",
    state: "",
    known: "",
    sort: "name",
    descending: false,
    together: true,
};
const order = (changes: Partial<ListSettings>) => arranged(slides, { ...settings, ...changes }).map(({ name }) => name);

test("names sort by their numbers, whatever their case", () => {
    assert.deepEqual(order({}), ["Broken", "case 9", "case 10"]);
    assert.deepEqual(order({ descending: true }), ["case 10", "case 9", "Broken"]);
});

test("what is not known comes last in both directions", () => {
    assert.deepEqual(order({ sort: "probability" }), ["case 9", "case 10", "Broken"]);
    assert.deepEqual(order({ sort: "probability", descending: true }), ["case 10", "case 9", "Broken"]);
    assert.deepEqual(order({ sort: "area", descending: true }), ["case 10", "case 9", "Broken"]);
    assert.deepEqual(order({ sort: "call" }), ["case 9", "case 10", "Broken"]);
});

test("filters act together", () => {
    assert.deepEqual(order({ text: " CASE " }), ["case 9", "case 10"]);
    assert.deepEqual(order({ text: "case", call: "LUSC" }), ["case 10"]);
    assert.deepEqual(order({ state: "failed" }), ["Broken"]);
    assert.deepEqual(order({ state: "failed", call: "LUSC" }), []);
    assert.deepEqual(order({ known: "unknown" }), ["case 9"]);
    assert.deepEqual(order({ known: "known" }), ["case 10"]);
    assert.deepEqual(order({ known: "unchecked" }), ["Broken"]);
    assert.deepEqual(order({ known: "unknown", call: "LUSC" }), []);
});

test("the given list stays as it is", () => {
    order({ sort: "probability" });
    assert.equal(slides[0]!.name, "case 10");
});

test("the slides of a patient stand together below a heading, where the first of them stands", () => {
    const some = [
        slide("a", { patient: "P1" }),
        slide("b"),
        slide("c", { patient: "P2" }),
        slide("d", { patient: "P1" }),
    ];
    const called: BatchPatient = {
        patient: "P1",
        slides: 3,
        slides_called: 2,
        call: "LUSC",
        prob_LUSC: 0.9,
        ci95: null,
        supported: true,
        scored_mm2: 2,
        reason: "",
    };
    const entries = withPatients(some, [called]);
    assert.deepEqual(
        entries.map(({ slide, head }) => slide?.name ?? `${head?.name} ${head?.shown}`),
        ["P1 2", "a", "d", "b", "P2 1", "c"],
    );
    assert.equal(entries[0]!.head!.patient, called);
    assert.equal(entries[4]!.head!.patient, null);
    assert.deepEqual(withPatients([slide("a")], [called]).length, 1);
});

test("a patient's name finds their slides", () => {
    const some = [slide("a", { patient: "P 17" }), slide("b")];
    assert.deepEqual(
        arranged(some, { ...settings, text: "p 1" }).map(({ name }) => name),
        ["a"],
    );
});

test("slides that stand together are sorted by the names of patients", () => {
    const some = [slide("a", { patient: "Z" }), slide("c"), slide("x", { patient: "B" })];
    const sorted = (together: boolean) => arranged(some, { ...settings, together }).map(({ name }) => name);
    assert.deepEqual(sorted(true), ["x", "c", "a"]);
    assert.deepEqual(sorted(false), ["a", "c", "x"]);
});

test("rows on the screen and a few beyond exist", () => {
    assert.deepEqual(visibleRows(0, 800, 80, 5000), [0, 16]);
    assert.deepEqual(visibleRows(80_000, 800, 80, 5000), [994, 1016]);
    assert.deepEqual(visibleRows(399_200, 800, 80, 5000), [4984, 5000]);
    assert.deepEqual(visibleRows(0, 800, 80, 0), [0, 0]);
    assert.deepEqual(visibleRows(80_000, 800, 80, 3), [3, 3]);
});

test("any id survives the way through the address", () => {
    for (const id of ["a", "a/b", "we%ird id", "#?&", "ü", "<img src=x>"]) {
        assert.deepEqual(parseRoute(slideHash(id)), { page: "slide", id });
    }
    for (const hash of ["", "#/", "#/slide/", "#/slide/%E0%A4%A", "#/other", "#/slide/a/b"]) {
        assert.deepEqual(parseRoute(hash), { page: "list" });
    }
});
