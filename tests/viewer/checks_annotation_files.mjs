// Annotations that are compressed, very fine or damaged, and a line that breaks.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFile, writeFile } from "node:fs/promises";
import { deflateRawSync, gzipSync } from "node:zlib";

/** A zip archive of one file, as far as readers look at it. */
function zipOf(name, content) {
    const data = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(8, 10);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt16LE(name.length, 28);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(30 + name.length + data.length, 16);
    return Buffer.concat([local, Buffer.from(name), data, central, Buffer.from(name), end]);
}

/** Of the fine outline; fewer where the server is slow because sanitizers watch it. */
const kFinePoints = Number(process.env.SLIDETYPE_FINE_POINTS ?? 1_000_000);

/** An outline of a pixel classifier: that many points around the middle of the slide. */
function fineRing({ width, height }, points) {
    const radius = Math.min(width, height) * 0.3;
    const ring = Array.from({ length: points }, (_, k) => {
        const angle = (2 * Math.PI * k) / points;
        const r = radius * (1 + 0.1 * Math.sin(17 * angle)) + (k % 7) / 2;
        return [
            Math.round(100 * (width / 2 + r * Math.cos(angle))) / 100,
            Math.round(100 * (height / 2 + r * Math.sin(angle))) / 100,
        ];
    });
    return [...ring, ring[0]];
}

export async function annotationFileChecks(visitor) {
    const { page, slide, detail } = visitor;
    const path = `api/slides/${encodeURIComponent(slide.id)}/annotations`;
    const items = visitor.byId("annotation-list").locator("li");
    const before = await visitor.fetchJson(path);
    const count = await items.count();
    const says = (pattern) =>
        visitor.until(
            (source) => new RegExp(source).test(document.querySelector('[data-testid="message"]').textContent),
            pattern.source,
        );
    const hasItems = (wanted) =>
        visitor.until(
            (number) => document.querySelectorAll('[data-testid="annotation-list"] li').length === number,
            wanted,
        );
    const load = (name, buffer) =>
        visitor.byId("load-file").setInputFiles({ name, mimeType: "application/octet-stream", buffer });
    /** Around the page, as another program would; gives the file's place on the disk. */
    const put = (collection) =>
        page.evaluate(
            async ([address, body]) => {
                const headers = { "Content-Type": "application/json", "X-Slidetype": "1" };
                return (await (await fetch(address, { method: "PUT", headers, body })).json()).file;
            },
            [path, JSON.stringify(collection)],
        );
    const feature = (coordinates) => ({
        type: "Feature",
        geometry: { type: "Polygon", coordinates },
        properties: { objectType: "annotation", classification: "LUAD" },
    });
    const small = feature([
        [
            [10, 10],
            [10, 90],
            [90, 90],
            [10, 10],
        ],
    ]);

    await visitor.check("compressed exports are loaded", async () => {
        const text = JSON.stringify([small]).replace('"annotation"', '"annotation","measurements":{"x":NaN}');
        for (const [name, bytes] of [
            ["x.geojson.gz", gzipSync(text)],
            ["two.gz", Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))])],
            ["x.zip", zipOf("x.geojson", text)],
        ]) {
            await load(name, bytes);
            await hasItems(count + 1);
            await says(new RegExp(`1 annotation loaded from ${name}`));
            assert.equal(await items.nth(count).locator(".class").textContent(), "LUAD");
            await visitor.byId("undo").click();
            await hasItems(count);
        }
    });

    await visitor.check("a line that breaks is told from a server that was stopped", async () => {
        const complaints = visitor.complaints.length;
        await load("x.geojson", Buffer.from(JSON.stringify([small])));
        await hasItems(count + 1);
        await page.route("**/annotations", (route) => route.abort("connectionreset"));
        await visitor.byId("save").click();
        await says(/Not saved: The connection broke off while this was sent\. What you did is still here/);
        await page.unroute("**/annotations");
        assert.equal(await visitor.byId("unsaved").isVisible(), true, "what was drawn is still there");
        await visitor.byId("undo").click();
        await hasItems(count);
        visitor.complaints.splice(complaints); // the browser says by itself that it broke
    });

    await visitor.check("an outline of a million points is drawn, and the slide still moves", async () => {
        await put({ type: "FeatureCollection", features: [feature([fineRing(detail, kFinePoints)])] });
        await page.reload();
        await visitor.ready();
        await hasItems(1);
        await visitor.settled();
        const outline = () => page.evaluate(() => document.querySelector(".annotations .outline").getAttribute("d"));
        const whole = await outline();
        assert.ok(whole.length > 1000 && whole.length < 400_000, String(whole.length));
        assert.match(await items.first().textContent(), /outline too fine to edit here/);
        const at = await visitor.onPage({ x: detail.width * 0.5, y: detail.height * 0.2 });
        await page.mouse.move(at.x, at.y);
        for (let step = 0; step < 8; ++step) await page.mouse.wheel(0, -240);
        await visitor.settled();
        await visitor.until((old) => document.querySelector(".annotations .outline").getAttribute("d") !== old, whole);
        const close = await outline();
        assert.ok(close.length < 400_000, String(close.length));
    });

    await visitor.check("a fine outline is saved as it is, with another class", async () => {
        await items.first().locator(".annotation").click();
        await visitor.byId("annotation-class").selectOption("LUSC");
        await visitor.byId("save").click();
        await visitor.byId("unsaved").waitFor({ state: "hidden", timeout: 120_000 });
        const [{ geometry, properties }] = (await visitor.fetchJson(path)).features;
        assert.equal(geometry.coordinates[0].length, kFinePoints + 1);
        assert.equal(properties.classification.name, "LUSC");
    });

    await visitor.check("what cannot be read is neither drawn on nor saved over", async () => {
        const complaints = visitor.complaints.length;
        const file = await put(before);
        const good = await readFile(file, "utf8");
        await writeFile(file, '{"type": "FeatureColl');
        await page.reload();
        await visitor.ready();
        await says(/annotations\.geojson/);
        for (const tool of ["draw-rectangle", "draw-polygon", "load-annotations", "save"])
            assert.equal(await visitor.byId(tool).isDisabled(), true, tool);
        await load("x.geojson", Buffer.from(JSON.stringify([small])));
        await page.keyboard.press("Control+s");
        await visitor.settled();
        assert.equal(await items.count(), 0);
        assert.equal(await readFile(file, "utf8"), '{"type": "FeatureColl');
        await writeFile(file, good);
        await page.reload();
        await visitor.ready();
        await hasItems(count);
        assert.deepEqual((await visitor.fetchJson(path)).features, before.features);
        visitor.complaints.splice(complaints); // the browser reports the refusal by itself
    });
}
