// A slide, its heatmap, and its tiles.
import assert from "node:assert/strict";

/** A voting tile near the middle whose neighbours on the right are there too, and one of the surest. */
function chooseTiles(tiles, lusc) {
    const voting = tiles.index
        .map((index, tile) => ({ index, tile }))
        .filter(({ tile }) => tiles.statuses[tiles.status[tile]] === "ok");
    const middleX = (tiles.grid.columns * tiles.grid.tile_width_px) / 2,
        middleY = (tiles.grid.rows * tiles.grid.tile_height_px) / 2;
    const place = ({ tile }) => ({
        x: tiles.x[tile] + tiles.width[tile] / 2,
        y: tiles.y[tile] + tiles.height[tile] / 2,
    });
    const far = (entry) => Math.hypot(place(entry).x - middleX, place(entry).y - middleY);
    const p = ({ tile }) => tiles.prob[lusc ?? 0][tile];
    const central = voting.reduce((best, one) => (far(one) < far(best) ? one : best));
    const doubtful = voting.reduce((best, one) => (Math.abs(p(one) - 0.5) < Math.abs(p(best) - 0.5) ? one : best));
    return {
        central: { ...central, ...place(central) },
        doubtful: { ...doubtful, ...place(doubtful) },
    };
}

export async function slideChecks(visitor) {
    const { page, batch } = visitor;
    const chosen = batch.slides.find((slide) => slide.state === "scored" && slide.has_pixels);
    assert.ok(chosen, "the batch has no scored slide with pixels");
    visitor.slide = chosen;
    const path = `api/slides/${encodeURIComponent(chosen.id)}`;

    await visitor.check("a slide opens and shows its call", async () => {
        await visitor.go(`#/slide/${encodeURIComponent(chosen.id)}`);
        assert.equal(await page.evaluate(() => window.slidetypeViewer.slideId), chosen.id);
        assert.equal(await visitor.byId("slide-name").textContent(), chosen.name);
        const shown = (await visitor.byId("call-label").textContent()).trim();
        assert.equal(shown, chosen.call === null || chosen.call === "none" ? "no call" : chosen.call);
        assert.equal(await visitor.byId("call-reason").textContent(), chosen.reason || "–");
    });

    const detail = await visitor.fetchJson(path);
    const tiles = await visitor.fetchJson(`${path}/tiles`);
    visitor.detail = detail;
    const { central, doubtful } = chooseTiles(tiles, detail.lusc_column);

    await visitor.check("the histogram is drawn", async () => {
        await visitor.byId("histogram").locator("svg .bar").first().waitFor();
    });

    await visitor.check("the wheel zooms", async () => {
        await visitor.settled();
        const width = async () =>
            (await visitor.onPage({ x: 1000, y: 0 })).x - (await visitor.onPage({ x: 0, y: 0 })).x;
        const before = await width();
        const box = await visitor.byId("viewer").boundingBox();
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        await page.mouse.wheel(0, -240);
        await visitor.until((least) => {
            const hooks = window.slidetypeViewer;
            return hooks.imageToPage(1000, 0).x - hooks.imageToPage(0, 0).x > least;
        }, before * 1.1);
        await visitor.byId("zoom-home").click();
        await visitor.until((most) => {
            const hooks = window.slidetypeViewer;
            return hooks.imageToPage(1000, 0).x - hooks.imageToPage(0, 0).x < most;
        }, before * 1.01);
        await visitor.settled();
    });

    await visitor.check("the scale bar says a length", async () => {
        const text = await visitor.byId("scale-bar").textContent();
        assert.match(text, detail.spacing_um_px ? /^\d+ (µm|mm)$/ : /^unknown spacing$/);
    });

    const alphaIs = (point, test) =>
        visitor.until(
            ([{ x, y }, low, high]) => {
                const alpha = window.slidetypeViewer.heatmapAlphaAt(x, y);
                return alpha >= low && alpha <= high;
            },
            [point, ...test],
        );

    await visitor.check("the heatmap goes off and on", async () => {
        await alphaIs(central, [100, 255]);
        await visitor.byId("heatmap-toggle").uncheck();
        await alphaIs(central, [0, 0]);
        await visitor.byId("heatmap-toggle").check();
        await alphaIs(central, [100, 255]);
        await page.keyboard.press("h");
        await alphaIs(central, [0, 0]);
        await page.keyboard.press("h");
        await alphaIs(central, [100, 255]);
    });

    await visitor.check("opacity acts at once, without a request", async () => {
        const requests = [];
        const note = (request) => requests.push(request.url());
        page.on("request", note);
        await visitor.byId("opacity").fill("0.2");
        await alphaIs(central, [40, 62]);
        await visitor.byId("opacity").fill("1");
        await alphaIs(central, [255, 255]);
        page.off("request", note);
        assert.deepEqual(
            requests.filter((url) => !url.includes("/dz/")),
            [],
        );
    });

    await visitor.check("the colour map can be changed", async () => {
        const before = await visitor.inkOf("heatmap", central);
        await visitor.byId("colour-map").selectOption("viridis");
        await visitor.untilInk("heatmap", central, (ink) => ink !== before);
        await visitor.byId("colour-map").selectOption("diverging");
        await visitor.untilInk("heatmap", central, (ink) => ink === before);
    });

    await visitor.check("the threshold hides doubtful tiles", async () => {
        const distance = Math.abs(tiles.prob[detail.lusc_column ?? 0][doubtful.tile] - 0.5);
        await visitor.byId("threshold").fill(String(Math.min(0.5, Math.ceil((distance + 0.005) * 100) / 100)));
        await alphaIs(doubtful, [0, 0]);
        await visitor.byId("threshold").fill("0");
        await alphaIs(doubtful, [255, 255]);
        await visitor.byId("opacity").fill("0.6");
    });

    await visitor.check("regions can be shown", async () => {
        const { features } = await visitor.fetchJson(`${path}/regions`);
        const isShown = (wanted) => visitor.untilInk("regions", null, (ink) => /[1-9]/.test(ink) === wanted);
        await isShown(false);
        await visitor.byId("regions-toggle").check();
        await isShown(features.length > 0);
        await visitor.byId("regions-toggle").uncheck();
        await isShown(false);
    });

    await visitor.check("a tooltip tells of the tile below the mouse", async () => {
        const at = await visitor.onPage(central);
        await page.mouse.move(at.x - 3, at.y);
        await page.mouse.move(at.x, at.y);
        await visitor.byId("tooltip").waitFor({ state: "visible" });
        const text = await visitor.byId("tooltip").textContent();
        assert.match(text, /Voting: counts towards the call/);
        for (const { label } of detail.classes) assert.ok(text.includes(`P(${label})`), text);
    });

    await visitor.check("a click opens the tile, and arrow keys go on", async () => {
        const at = await visitor.onPage(central);
        await page.mouse.click(at.x, at.y);
        const dialog = visitor.byId("tile-dialog");
        await dialog.waitFor({ state: "visible" });
        await visitor.until(() => {
            const image = document.querySelector('[data-testid="tile-dialog"] img');
            return image?.complete && image.naturalWidth > 0;
        });
        const title = () => dialog.locator("h2").textContent();
        const column = central.index % tiles.grid.columns,
            row = Math.floor(central.index / tiles.grid.columns);
        assert.equal(await title(), `Tile at column ${column + 1}, row ${row + 1}`);
        const next = [...Array(tiles.grid.columns).keys()].find(
            (c) => c > column && tiles.index.includes(row * tiles.grid.columns + c),
        );
        await page.keyboard.press("ArrowRight");
        assert.equal(await title(), `Tile at column ${(next ?? column) + 1}, row ${row + 1}`);
    });

    await visitor.check("Escape closes the tile", async () => {
        await page.keyboard.press("Escape");
        await visitor.byId("tile-dialog").waitFor({ state: "hidden" });
    });

    await visitor.check("the theme changes and stays after a reload", async () => {
        const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
        const before = await theme();
        await visitor.byId("theme").click();
        const after = await theme();
        assert.notEqual(after, before);
        await page.reload();
        await visitor.ready();
        assert.equal(await theme(), after);
        await visitor.picture("the other theme");
        await visitor.byId("theme").click();
    });

    await visitor.check("the help opens and closes", async () => {
        await visitor.byId("help").click();
        await visitor.byId("help-dialog").waitFor();
        await page.keyboard.press("Escape");
        await visitor.byId("help-dialog").waitFor({ state: "detached" });
    });
}
