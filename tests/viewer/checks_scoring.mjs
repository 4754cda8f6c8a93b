// Scoring a slide from the page: it starts with a click, the heatmap grows, the call appears, and all is there afterwards.
import assert from "node:assert/strict";

/** How many of 64 × 64 points on the screen the heatmap covers. */
async function covered(visitor) {
    const ink = (await visitor.inkOf("heatmap", null)).split(",");
    return ink.filter((value, k) => k % 4 === 3 && value !== "0").length;
}

export async function scoringChecks(visitor) {
    const { page } = visitor;
    await page.goto(visitor.url);
    await visitor.ready();
    const { slides } = await visitor.fetchJson("api/batch");
    const slide = slides.find((one) => one.state === "unscored");
    const path = `api/slides/${encodeURIComponent(slide.id)}`;

    const before = await visitor.fetchJson(path);

    await visitor.check("a slide without a result opens, and offers to be scored", async () => {
        await visitor.go(`#/slide/${encodeURIComponent(slide.id)}`);
        await visitor.byId("run").waitFor({ state: "visible" });
        assert.equal(await visitor.byId("run").textContent(), "Score this slide");
        assert.equal(await covered(visitor), 0);
    });

    await visitor.check("the heatmap grows while it is scored", async () => {
        await visitor.byId("run").click();
        await visitor.byId("progress").waitFor({ state: "visible" });
        const seen = [];
        let words = "";
        for (let state = "running"; state === "queued" || state === "running"; ) {
            seen.push(await covered(visitor));
            if (seen.at(-1) > 0 && words === "") {
                words = await visitor.byId("progress").textContent();
                await visitor.picture("half scored");
            }
            ({ state } = await visitor.fetchJson(`${path}/progress`));
        }
        await visitor.byId("progress").waitFor({ state: "hidden" });
        await visitor.settled();
        const all = await covered(visitor);
        assert.match(words, /Scoring: [\d,.\s]+ of [\d,.\s]+/);
        assert.ok(
            seen.some((count) => count > 0 && count < all),
            `covered ${[...new Set(seen)].join(", ")}, in the end ${all}`,
        );
        const sorted = [...seen].sort((a, b) => a - b);
        assert.deepEqual(seen, sorted, "it never shrinks");
    });

    await visitor.check("the call and its histogram appear without a reload", async () => {
        const detail = await visitor.fetchJson(path);
        assert.equal(detail.state, "scored");
        assert.deepEqual(before.spacing_um_px, detail.spacing_um_px, "the scale bar was right from the start");
        const shown = (await visitor.byId("call-label").textContent()).trim();
        assert.equal(shown, detail.summary.call.label);
        assert.equal(await visitor.byId("call-reason").textContent(), detail.summary.call.reason);
        await visitor.byId("histogram").locator("svg .bar").first().waitFor();
        await visitor.byId("run").waitFor({ state: "hidden" });
    });

    await visitor.check("it is scored after a reload, too", async () => {
        const before = await covered(visitor);
        await page.reload();
        await visitor.ready();
        await visitor.settled();
        assert.equal(await covered(visitor), before);
    });
}
