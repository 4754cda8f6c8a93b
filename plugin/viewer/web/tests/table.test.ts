import assert from "node:assert/strict";
import { test } from "node:test";
import { agreementOf, agrees } from "../src/table/agreement.js";
import { arranged, defaultSettings, fits, numbered, sectionsOf, type TableSettings } from "../src/table/arrange.js";
import { caseSummary } from "../src/table/case_summary.js";
import { GridLayout } from "../src/table/grid_layout.js";
import { picturesOf, type Picture, type PictureColumns } from "../src/table/table_contract.js";
import { fileName, shownName, verdictText } from "../src/table/words.js";

interface Line {
    name: string;
    case?: string;
    status?: string;
    p?: number;
    tumour?: number;
    reason?: string;
}

/** Columns as the server sends them; `p` is P(LUSC). */
function columnsOf(lines: Line[]): PictureColumns {
    const cases = [...new Set(lines.map((line) => line.case ?? ""))];
    const statuses = [...new Set(lines.map((line) => line.status ?? "ok"))];
    return {
        cases,
        statuses,
        id: lines.map(({ name }) => `id of ${name}`),
        name: lines.map((line) => (line.case ? `${line.case}/${line.name}` : line.name)),
        case: lines.map((line) => cases.indexOf(line.case ?? "")),
        there: lines.map(() => true),
        width: lines.map(() => 224),
        height: lines.map(() => 224),
        status: lines.map((line) => statuses.indexOf(line.status ?? "ok")),
        class: lines.map((line) => ((line.status ?? "ok") === "ok" ? ((line.p ?? 0) > 0.5 ? "LUSC" : "LUAD") : null)),
        prob: [lines.map((line) => (line.p === undefined ? null : 1 - line.p)), lines.map((line) => line.p ?? null)],
        tumour: lines.map((line) => line.tumour ?? null),
        strangeness: lines.map(() => null),
        reason: lines.map((line) => line.reason ?? null),
        note: lines.map(() => null),
        heatmap: lines.map(() => false),
    };
}

function some(lines: Line[]): Picture[] {
    const pictures = picturesOf(columnsOf(lines));
    numbered(pictures);
    return pictures;
}

const pictures = some([
    { name: "10.jpg", case: "case 2", p: 0.9 },
    { name: "9.jpg", case: "case 2", p: 0.2 },
    { name: "a.jpg", case: "case 10", p: 0.504 },
    { name: "b.jpg", case: "case 10", status: "benign", p: 0.7, tumour: 0.05, reason: "It does not look like tumour." },
    { name: "c.jpg", case: "case 10", status: "unfamiliar", p: 0.99, reason: "It is unlike what is known." },
    { name: "d.jpg", case: "case 10", status: "read_error", reason: "It is cut off." },
]);
const named = (name: string) => pictures.find((picture) => picture.name.endsWith(`/${name}`))!;
const none = new Map<string, string>();
const order = (changes: Partial<TableSettings>, labels: ReadonlyMap<string, string> = none) =>
    arranged(pictures, { ...defaultSettings(2), ...changes }, labels, 1).map(({ name }) => fileName(name));

test("what votes is taken for its class, what is benign for benign, and nothing else for anything", () => {
    assert.deepEqual(
        pictures.map(({ verdict }) => verdict),
        ["LUSC", "LUAD", "LUSC", "benign", null, null],
    );
    assert.equal(named("b.jpg").certainty, 0.95);
    assert.equal(named("c.jpg").certainty, null);
    assert.equal(verdictText(named("a.jpg")), "LUSC 0.504");
    assert.equal(verdictText(named("d.jpg")), "unreadable");
});

test("pictures are in the order of their cases and of the numbers in their names", () => {
    assert.deepEqual(order({}), ["9.jpg", "10.jpg", "a.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    assert.deepEqual(
        sectionsOf(pictures, true).map(({ caseName, pictures: all }) => [caseName, all.length]),
        [
            ["case 2", 2],
            ["case 10", 4],
        ],
    );
});

test("what is not known comes last in both directions", () => {
    assert.deepEqual(order({ sort: "certainty" }), ["a.jpg", "9.jpg", "10.jpg", "b.jpg", "c.jpg", "d.jpg"]);
    assert.deepEqual(order({ sort: "certainty", descending: true }).slice(-2), ["c.jpg", "d.jpg"]);
    assert.deepEqual(order({ sort: "lusc", descending: true }).slice(0, 2), ["c.jpg", "10.jpg"]);
});

test("filters act together", () => {
    assert.deepEqual(order({ verdict: "LUSC" }), ["10.jpg", "a.jpg"]);
    assert.deepEqual(order({ verdict: "none" }), ["c.jpg", "d.jpg"]);
    assert.deepEqual(order({ status: "not-voting" }), ["b.jpg", "c.jpg", "d.jpg"]);
    assert.deepEqual(order({ caseName: "case:case 2", verdict: "LUSC" }), ["10.jpg"]);
    assert.deepEqual(order({ text: "CUT OFF" }), ["d.jpg"]);
});

test("a range of certainty is taken as it is read, and leaves out what has none", () => {
    assert.deepEqual(order({ certainty: [0.5, 0.5] }), ["a.jpg"], "0.504 is read as 0.50");
    assert.deepEqual(order({ certainty: [0.8, 0.9] }), ["9.jpg", "10.jpg"]);
    assert.equal(order({ certainty: [0.5, 1] }).length, 6);
});

test("one's own classes filter, and what is to be left out agrees with nothing", () => {
    const labels = new Map([
        [named("9.jpg").id, "LUSC"],
        [named("10.jpg").id, "LUSC"],
        [named("c.jpg").id, "LUAD"],
        [named("a.jpg").id, "Ignore*"],
    ]);
    assert.deepEqual(order({ own: "unlabelled" }, labels), ["b.jpg", "d.jpg"]);
    assert.deepEqual(order({ own: "disagreeing" }, labels), ["9.jpg"]);
    assert.deepEqual(order({ own: "agreeing" }, labels), ["10.jpg"]);
    assert.deepEqual(order({ own: "class:LUAD" }, labels), ["c.jpg"]);
    assert.equal(agrees(named("a.jpg"), "Ignore*"), null);
    assert.equal(agrees(named("c.jpg"), "LUAD"), null, "the model has no class for it");
    assert.equal(fits(named("9.jpg"), { ...defaultSettings(2), own: "class:LUAD" }, labels), false);
});

test("agreement counts what both say something of, and lists the surest difference first", () => {
    const labels = new Map([
        [named("9.jpg").id, "LUSC"],
        [named("a.jpg").id, "LUAD"],
        [named("10.jpg").id, "LUSC"],
        [named("b.jpg").id, "benign"],
        [named("c.jpg").id, "LUAD"],
    ]);
    const agreement = agreementOf(pictures, labels);
    assert.equal(agreement.labelled, 5);
    assert.equal(agreement.compared, 4);
    assert.equal(agreement.same, 2);
    assert.deepEqual(
        agreement.disagreeing.map(({ name }) => fileName(name)),
        ["9.jpg", "a.jpg"],
    );
    assert.equal(agreement.table.get("LUAD")?.get(""), 1);
    assert.equal(caseSummary(pictures, labels).split(" · ")[1], "yours: 2 LUSC, 2 LUAD, 1 benign");
});

test("of ten thousand pictures only a few rows are on the screen, and each is found again", () => {
    const many = some(Array.from({ length: 10_000 }, (_, k) => ({ name: `${k}.jpg`, case: `c${k % 7}`, p: 0.1 })));
    const layout = new GridLayout(sectionsOf(many, true), { columns: 6, rowHeight: 200, headHeight: 40 });
    assert.equal(layout.pictures.length, 10_000);
    const [first, end] = layout.visible(100_000, 900, 400);
    assert.ok(end - first < 14, `${end - first} rows`);
    for (const place of [0, 1, 4999, 9999]) {
        const picture = layout.pictures[place]!;
        assert.equal(layout.placeOf(picture.id), place);
        const row = layout.rowAt(place);
        assert.ok(row?.kind === "cards" && row.pictures.includes(picture));
    }
    assert.deepEqual(layout.visible(-50, 10, 0), [0, 0]);
    assert.equal(new GridLayout([], { columns: 3, rowHeight: 1, headHeight: 1 }).height, 0);
});

test("down and up go to the same column, over headings and short rows", () => {
    const layout = new GridLayout(
        sectionsOf(
            some(["a", "a", "a", "a", "b", "b", "b"].map((one, k) => ({ name: `${k}`, case: one, p: 0 }))),
            true,
        ),
        { columns: 3, rowHeight: 100, headHeight: 40 },
    );
    assert.equal(layout.below(2, 1), 3, "the last of a short row");
    assert.equal(layout.below(0, 2), 4);
    assert.equal(layout.below(6, -1), 3);
    assert.equal(layout.below(5, -2), 1);
    assert.equal(layout.below(0, -1), 0);
    assert.equal(layout.below(6, 5), 6);
});

test("names stay on one line, whatever is in them", () => {
    assert.equal(shownName("a\nb\u0007\u007f.jpg"), "a␊b␇␡.jpg");
    assert.equal(fileName("x/<img src=y>.jpg"), "<img src=y>.jpg");
});
