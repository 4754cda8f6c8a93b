// What correction_walk.sh does in the browser, and how it counts.
//
//   correction_walk.mjs draw TRUTH.geojson     draws the areas of TRUTH on the slide that is served, and saves them
//   correction_walk.mjs compare BEFORE AFTER   two result folders: the tiles in the areas saved in BEFORE, as Markdown
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

/** As many corners as a person would click. */
const kCorners = 9;

function ringsOf(file) {
    return JSON.parse(readFileSync(file, "utf8")).features.map(({ geometry, properties }) => ({
        name: properties.classification.name,
        ring: geometry.coordinates[0].slice(0, -1).map(([x, y]) => ({ x, y })),
    }));
}

function fewer(ring) {
    return Array.from({ length: kCorners }, (_, k) => ring[Math.floor((k * ring.length) / kCorners)]);
}

async function draw(visitor, { name, ring }, count) {
    await visitor.settled();
    // The tool first: it ends the choice of the area before, whose class would be changed.
    await visitor.byId("draw-polygon").click();
    await visitor.byId("annotation-class").selectOption(name);
    for (const point of [...ring, ring[0]]) {
        const at = await visitor.onPage(point);
        await visitor.page.mouse.move(at.x, at.y, { steps: 3 });
        await visitor.page.mouse.down();
        await visitor.page.mouse.up();
    }
    await visitor.byId("annotation-list").locator("li").nth(count).waitFor();
}

async function drawAll(truth) {
    const { Visitor } = await import("./visitor.mjs");
    const visitor = await Visitor.open({
        url: process.env.VIEWER_URL,
        chromium: process.env.CHROMIUM,
        artifacts: process.env.ARTIFACTS,
    });
    try {
        await visitor.page.goto(visitor.url);
        await visitor.ready();
        const [slide] = (await visitor.fetchJson("api/batch")).slides;
        await visitor.go(`#/slide/${encodeURIComponent(slide.id)}`);
        await visitor.settled();
        await visitor.picture("before");
        const areas = ringsOf(truth).map(({ name, ring }) => ({ name, ring: fewer(ring) }));
        for (const [count, area] of areas.entries()) await draw(visitor, area, count);
        await visitor.page.keyboard.press("Control+s");
        await visitor.byId("unsaved").waitFor({ state: "hidden" });
        await visitor.picture("drawn and saved");
        const saved = await visitor.fetchJson(`api/slides/${encodeURIComponent(slide.id)}/annotations`);
        assert.deepEqual(
            saved.features.map(({ properties }) => properties.classification.name),
            areas.map(({ name }) => name),
        );
    } finally {
        await visitor.close();
    }
}

function isInside({ x, y }, ring) {
    let inside = false;
    ring.forEach((a, k) => {
        const b = ring[(k + 1) % ring.length];
        if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
    });
    return inside;
}

/** The scored tiles of a result, with the class that has the higher probability. */
function tilesOf(folder) {
    const [head, ...lines] = readFileSync(path.join(folder, "tiles.csv"), "utf8").trim().split("\n");
    const column = Object.fromEntries(head.split(",").map((name, k) => [name, k]));
    return lines
        .map((line) => line.split(","))
        .filter((fields) => fields[column.prob_LUSC] !== "")
        .map((fields) => ({
            x: Number(fields[column.x]) + Number(fields[column.width]) / 2,
            y: Number(fields[column.y]) + Number(fields[column.height]) / 2,
            status: fields[column.status],
            name: Number(fields[column.prob_LUSC]) > 0.5 ? "LUSC" : "LUAD",
        }));
}

function counts(folder, { name, ring }) {
    const tiles = tilesOf(folder).filter((tile) => isInside(tile, ring));
    const voting = tiles.filter(({ status }) => status === "ok");
    return {
        right: voting.filter((tile) => tile.name === name).length,
        wrong: voting.filter((tile) => tile.name !== name).length,
        aside: tiles.length - voting.length,
    };
}

function compare(before, after) {
    console.log("| | before | after |\n|---|---|---|");
    const row = (what, [a, b]) => console.log(`| ${what} | ${a} | ${b} |`);
    const folders = [before, after];
    for (const area of ringsOf(path.join(before, "annotations.geojson"))) {
        const [a, b] = folders.map((folder) => counts(folder, area));
        row(`tiles in the area drawn as ${area.name}: scored ${area.name}`, [a.right, b.right]);
        row(`scored otherwise`, [a.wrong, b.wrong]);
        row(`left out as unfamiliar or benign`, [a.aside, b.aside]);
    }
    const calls = folders.map((folder) => JSON.parse(readFileSync(path.join(folder, "summary.json"), "utf8")).call);
    row(
        "call",
        calls.map(({ label }) => label),
    );
    row(
        "why",
        calls.map(({ reason }) => reason),
    );
}

const [command, ...files] = process.argv.slice(2);
if (command === "draw") await drawAll(...files);
else if (command === "compare") compare(...files);
else throw new Error(`unknown command ${command}`);
