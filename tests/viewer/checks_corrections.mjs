// Drawing, changing, loading, saving and deleting annotations.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

export async function correctionChecks(visitor) {
    const { page, slide, detail } = visitor;
    const path = `api/slides/${encodeURIComponent(slide.id)}/annotations`;
    const items = visitor.byId("annotation-list").locator("li");
    const stored = async () => (await visitor.fetchJson(path)).features;
    const classes = detail.annotation_classes.map(({ name }) => name);
    const before = await stored();
    const count = await items.count();

    const isSaved = async () => {
        await visitor.byId("unsaved").waitFor({ state: "hidden" });
        await visitor.until(() => /saved in/.test(document.querySelector('[data-testid="message"]').textContent));
    };
    /** A box of the slide in the middle of the view, where it lies now. */
    const corner = {
        x: Math.round(detail.width * 0.45),
        y: Math.round(detail.height * 0.45),
    };
    const opposite = {
        x: Math.round(detail.width * 0.55),
        y: Math.round(detail.height * 0.58),
    };

    await visitor.check("nothing is unsaved at first", async () => {
        assert.equal(await visitor.byId("unsaved").isVisible(), false);
        assert.equal(await visitor.byId("save").isDisabled(), true);
    });

    await visitor.check("a rectangle can be drawn", async () => {
        await visitor.settled();
        await visitor.byId("annotation-class").selectOption(classes[1] ?? classes[0]);
        await visitor.byId("draw-rectangle").click();
        const from = await visitor.onPage(corner),
            to = await visitor.onPage(opposite);
        await page.mouse.move(from.x, from.y);
        await page.mouse.down();
        await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, {
            steps: 4,
        });
        await page.mouse.move(to.x, to.y, { steps: 4 });
        await page.mouse.up();
        await items.nth(count).waitFor();
        assert.equal(await items.count(), count + 1);
        assert.equal(await items.nth(count).locator(".class").textContent(), classes[1] ?? classes[0]);
        assert.equal(await visitor.byId("class-of").textContent(), "chosen: ", "its class can be changed at once");
        await visitor.byId("unsaved").waitFor({ state: "visible" });
    });

    await visitor.check("the slide did not move while drawing", async () => {
        await visitor.settled();
        const [feature] = await page.evaluate(() => [
            document.querySelector(".annotations g:last-child .outline").getAttribute("d"),
        ]);
        const numbers = feature.match(/-?\d+(\.\d+)?/g).map(Number);
        const tolerance =
            4 * (1000 / ((await visitor.onPage({ x: 1000, y: 0 })).x - (await visitor.onPage({ x: 0, y: 0 })).x));
        assert.ok(Math.abs(Math.min(...numbers.filter((_, k) => k % 2 === 0)) - corner.x) < tolerance, feature);
        assert.ok(Math.abs(Math.max(...numbers.filter((_, k) => k % 2 === 1)) - opposite.y) < tolerance, feature);
    });

    await visitor.check("Ctrl+S saves, and says which file", async () => {
        await page.keyboard.press("Control+s");
        await isSaved();
        assert.match(await visitor.byId("message").textContent(), /slidetype train/);
        const features = await stored();
        assert.equal(features.length, before.length + 1);
        const drawn = features[features.length - 1];
        assert.equal(drawn.properties.classification.name, classes[1] ?? classes[0]);
        assert.equal(drawn.geometry.type, "Polygon");
    });

    await visitor.check("it is there again after a reload", async () => {
        await page.reload();
        await visitor.ready();
        assert.equal(await items.count(), count + 1);
        assert.equal(await items.nth(count).locator(".class").textContent(), classes[1] ?? classes[0]);
    });

    const selectDrawn = async () => {
        await visitor.settled();
        const at = await visitor.onPage({
            x: (corner.x + opposite.x) / 2,
            y: (corner.y + opposite.y) / 2,
        });
        await page.mouse.click(at.x, at.y);
        await visitor.until(
            (place) =>
                document.querySelectorAll('[data-testid="annotation-list"] li')[place]?.classList.contains("chosen"),
            count,
        );
    };

    await visitor.check("a click chooses it, and its class can be changed", async () => {
        await selectDrawn();
        await visitor.byId("annotation-class").selectOption(classes[0]);
        await visitor.until(
            ([place, name]) =>
                document.querySelectorAll('[data-testid="annotation-list"] li')[place].querySelector(".class")
                    .textContent === name,
            [count, classes[0]],
        );
        await visitor.byId("unsaved").waitFor({ state: "visible" });
    });

    await visitor.check("a corner can be dragged", async () => {
        const outline = () =>
            page.evaluate(() => document.querySelector(".annotations .chosen .outline").getAttribute("d"));
        const unmoved = await outline();
        const from = await visitor.onPage(opposite);
        await page.mouse.move(from.x, from.y);
        await page.mouse.down();
        await page.mouse.move(from.x + 40, from.y + 30, { steps: 5 });
        await page.mouse.up();
        await visitor.until(
            (old) => document.querySelector(".annotations .chosen .outline").getAttribute("d") !== old,
            unmoved,
        );
        await visitor.byId("undo").click();
        await visitor.until(
            (old) => document.querySelector(".annotations .chosen .outline").getAttribute("d") === old,
            unmoved,
        );
    });

    await visitor.check("leaving with changes asks first", async () => {
        const here = await page.evaluate(() => location.hash);
        await page.evaluate(() => {
            location.hash = "#/slide/another";
        });
        await visitor.byId("ask-stay").click();
        assert.equal(await page.evaluate(() => location.hash), here);
        assert.equal(await page.evaluate(() => window.slidetypeViewer.slideId), slide.id);
    });

    await visitor.check("a polygon can be drawn and taken back", async () => {
        await visitor.byId("draw-polygon").click();
        assert.equal(await visitor.byId("class-of").textContent(), "as ", "of the next, no longer of the chosen one");
        const points = [
            [0.2, 0.3],
            [0.3, 0.25],
            [0.35, 0.4],
            [0.22, 0.42],
        ].map(([x, y]) => ({ x: detail.width * x, y: detail.height * y }));
        for (const point of [...points, points[0]]) {
            const at = await visitor.onPage(point);
            await page.mouse.move(at.x, at.y, { steps: 3 });
            await page.mouse.down();
            await page.mouse.up();
        }
        await visitor.until(
            (wanted) => document.querySelectorAll('[data-testid="annotation-list"] li').length === wanted,
            count + 2,
        );
        await page.keyboard.press("Control+z");
        await visitor.until(
            (wanted) => document.querySelectorAll('[data-testid="annotation-list"] li').length === wanted,
            count + 1,
        );
    });

    await visitor.check("Delete removes it, undo brings it back", async () => {
        await selectDrawn();
        await page.keyboard.press("Delete");
        await visitor.until(
            (wanted) => document.querySelectorAll('[data-testid="annotation-list"] li').length === wanted,
            count,
        );
        await visitor.byId("undo").click();
        await visitor.until(
            (wanted) => document.querySelectorAll('[data-testid="annotation-list"] li').length === wanted,
            count + 1,
        );
    });

    await visitor.check("deleted and saved, the file is as before", async () => {
        await selectDrawn();
        await page.keyboard.press("Delete");
        await visitor.until(
            (wanted) => document.querySelectorAll('[data-testid="annotation-list"] li').length === wanted,
            count,
        );
        await visitor.byId("save").click();
        await isSaved();
        assert.deepEqual(await stored(), before);
    });

    await loadingChecks(visitor, { items, stored, isSaved, className: classes[0], before, count });
}

const kLoadedId = "5b1f0c1e-7d0a-4c7e-9d55-2f6c0b9a4e10";

/** What QuPath exported, loaded from the user's own disk. */
async function loadingChecks(visitor, { items, stored, isSaved, className, before, count }) {
    const { page, detail } = visitor;
    const [offsetX, offsetY] = detail.annotation_offset_px;
    const left = Math.round(detail.width * 0.6),
        top = Math.round(detail.height * 0.6),
        size = Math.round(detail.width * 0.05);
    const ring = (x, y) => [
        [x, y],
        [x, y + size],
        [x + size, y + size],
        [x + size, y],
        [x, y],
    ];
    const polygon = (x, y) => ({ type: "Polygon", coordinates: [ring(x, y)] });
    const feature = (id, properties) => ({
        type: "Feature",
        id,
        geometry: polygon(left - offsetX, top - offsetY),
        properties,
    });
    const load = (text) =>
        visitor.byId("load-file").setInputFiles({
            name: "x.geojson",
            mimeType: "application/geo+json",
            buffer: Buffer.from(text),
        });
    const loadExport = () =>
        load(
            JSON.stringify([
                feature(kLoadedId, { objectType: "annotation", classification: className, name: "<b>from QuPath</b>" }),
                feature("tile 1", { objectType: "tile" }),
                feature("tile 2", { objectType: "tile" }),
            ]),
        );
    const hasItems = (wanted) =>
        visitor.until(
            (number) => document.querySelectorAll('[data-testid="annotation-list"] li').length === number,
            wanted,
        );
    const says = (pattern) =>
        visitor.until(
            (source) => new RegExp(source).test(document.querySelector('[data-testid="message"]').textContent),
            pattern.source,
        );

    await visitor.check("what is no GeoJSON is not loaded, and the message says why", async () => {
        await load('{"type": "FeatureColl');
        await says(/Not loaded: x\.geojson is no JSON/);
        assert.equal(await items.count(), count);
        assert.equal(await visitor.byId("save").isDisabled(), true);
    });

    await visitor.check("the button asks for a file", async () => {
        const asked = page.waitForEvent("filechooser");
        await visitor.byId("load-annotations").click();
        assert.equal((await asked).isMultiple(), false);
    });

    await visitor.check("annotations are loaded from a file, its tiles are not", async () => {
        await loadExport();
        await hasItems(count + 1);
        await says(/1 annotation loaded from x\.geojson; 2 tiles left out\./);
        assert.equal(await items.nth(count).locator(".class").textContent(), className);
        assert.equal(await items.nth(count).locator(".name").textContent(), "<b>from QuPath</b>");
        await visitor.byId("unsaved").waitFor({ state: "visible" });
    });

    await visitor.check("the same file once more replaces them", async () => {
        await loadExport();
        await says(/1 annotation loaded from x\.geojson, 1 replaced;/);
        assert.equal(await items.count(), count + 1);
        await visitor.byId("undo").click();
    });

    await visitor.check("a load is undone in one step", async () => {
        await visitor.byId("undo").click();
        await hasItems(count);
        await visitor.byId("unsaved").waitFor({ state: "hidden" });
    });

    await visitor.check("loaded and saved, they lie where they were drawn in QuPath", async () => {
        await loadExport();
        await hasItems(count + 1);
        await visitor.byId("save").click();
        await isSaved();
        const saved = (await stored()).find(({ id }) => id === kLoadedId);
        assert.deepEqual(saved.geometry, polygon(left, top));
        assert.equal(saved.properties.classification.name, className);
    });

    await visitor.check("they are there after a reload, and can be deleted", async () => {
        await page.reload();
        await visitor.ready();
        assert.equal(await items.count(), count + 1);
        await items.nth(count).locator(".annotation").click();
        await items.nth(count).locator(".delete").click();
        await hasItems(count);
        await visitor.byId("save").click();
        await isSaved();
        assert.deepEqual(await stored(), before);
    });
}
