// The light table of scored pictures that light_table_data.mjs made.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";

/** What the cards on the screen say, from the first on. */
const cardTexts = (page, part) =>
    page.$$eval(`[data-testid="card"] ${part}`, (elements) => elements.map((element) => element.textContent));

/** Name of the file of the card that the keys work on. */
const currentName = (page) => page.evaluate(() => document.querySelector(".card.current .card-name")?.textContent);

const open = async (visitor) => {
    await visitor.page.goto(visitor.url);
    await visitor.ready();
    await visitor.byId("card").first().waitFor();
};

const countIs = (visitor, pattern) =>
    visitor.until(
        (source) => new RegExp(source).test(document.querySelector('[data-testid="picture-count"]').textContent),
        pattern,
    );

const isSaved = (visitor) =>
    visitor.until(() => /are saved in labels\.csv/.test(document.querySelector(".save-state").textContent));

async function firstLook(visitor, table) {
    const { page } = visitor;
    await visitor.check("the light table opens, and only the cards on the screen exist", async () => {
        await open(visitor);
        const cards = await visitor.byId("card").count();
        assert.ok(cards > 5 && cards < 150, `${cards} cards of ${table.pictures.id.length}`);
        assert.match(await visitor.byId("totals").textContent(), /pictures in 20 cases: .* LUAD/);
        assert.match(await visitor.byId("case-head").first().textContent(), /^case 1\d/);
    });

    await visitor.check("a card has its picture, its class and how sure the model is", async () => {
        await visitor.until(() =>
            [...document.querySelectorAll(".card-picture img")].some((image) => image.naturalWidth > 0),
        );
        assert.match((await cardTexts(page, ".card-verdict"))[0], /^(LUAD|LUSC) (0\.\d\d|1\.00)$/);
    });

    await visitor.check("what does not vote says why, and what cannot be read is no hole", async () => {
        await visitor.byId("filter-status").selectOption("not-voting");
        await visitor.until(() =>
            [...document.querySelectorAll(".card-reason")].some((reason) => reason.textContent.startsWith("It ")),
        );
        await visitor.byId("filter-status").selectOption("read_error");
        await countIs(visitor, "^1 of ");
        await visitor.until(() => document.querySelector(".card .no-thumbnail")?.textContent === "cannot be shown");
        assert.deepEqual(await cardTexts(page, ".card-reason"), ["The file ends too early."]);
        await visitor.byId("filter-reset").click();
    });
}

async function filters(visitor, table) {
    const { page } = visitor;
    const total = table.pictures.id.length;
    const statuses = table.pictures.status.map((status) => table.pictures.statuses[status]);

    await visitor.check("class, case, certainty and text filter together", async () => {
        await visitor.byId("filter-class").selectOption("benign");
        const benign = statuses.filter((status) => status === "benign").length;
        await countIs(visitor, `^${benign.toLocaleString("en")} of `);
        await visitor.byId("filter-class").selectOption("LUSC");
        await visitor.byId("filter-case").selectOption("case:case 3");
        await visitor.byId("certainty-from").fill("0.9");
        const texts = await cardTexts(page, ".card-verdict");
        assert.ok(texts.length > 0 && texts.every((text) => /^LUSC (0\.9\d|1\.00)$/.test(text)), texts.join());
        await visitor.byId("filter-text").fill("no picture is called so");
        await countIs(visitor, "No picture fits");
        await visitor.byId("filter-reset").click();
        await countIs(visitor, `^${total.toLocaleString("en")} pictures$`);
    });

    await visitor.check("certainty sorts, both ways, over all cases", async () => {
        await visitor.byId("apart").uncheck();
        await visitor.byId("sort").selectOption("certainty");
        await visitor.until(() => /0\.50/.test(document.querySelector(".card-verdict")?.textContent ?? ""));
        await visitor.byId("sort-descending").check();
        await visitor.until(() => /1\.00/.test(document.querySelector(".card-verdict")?.textContent ?? ""));
        await visitor.byId("sort-descending").uncheck();
        await visitor.byId("sort").selectOption("name");
        await visitor.byId("apart").check();
    });

    await visitor.check("names are text, whatever they hold", async () => {
        await visitor.byId("filter-text").fill("<img");
        await countIs(visitor, "^1 of ");
        assert.deepEqual(await cardTexts(page, ".card-name"), ["<img src=x onerror=alert(1)>.bmp"]);
        await visitor.byId("filter-text").fill("quoted");
        await visitor.until(() => document.querySelector(".card-name")?.textContent === 'line␊break, "quoted".bmp');
        await visitor.byId("filter-reset").click();
    });
}

async function keys(visitor, table, labels) {
    const { page } = visitor;
    const rows = () => readFileSync(labels, "utf8").trim().split("\n");
    /** To the first card, with the focus on it. */
    const home = async () => {
        await visitor.byId("card").first().click();
        await page.keyboard.press("Home");
    };

    await visitor.check("arrow keys go through the pictures, and Shift takes several", async () => {
        await home();
        const first = await currentName(page);
        await page.keyboard.press("ArrowRight");
        const second = await currentName(page);
        assert.notEqual(second, first);
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("ArrowUp");
        assert.equal(await currentName(page), second);
        assert.equal(await page.evaluate(() => document.activeElement.classList.contains("current")), true);
        await page.keyboard.press("Shift+ArrowRight");
        await page.keyboard.press("Shift+ArrowRight");
        assert.equal(await page.locator(".card.selected").count(), 3);
        await page.keyboard.press("Home");
        assert.equal(await page.locator(".card.selected").count(), 1);
    });

    await visitor.check("a number gives a class, which is saved at once, and the next picture is there", async () => {
        const first = await currentName(page);
        await page.keyboard.press("1");
        await isSaved(visitor);
        assert.notEqual(await currentName(page), first);
        assert.equal(rows()[0], "file,class,group");
        assert.ok(rows()[1].endsWith(`${first},LUAD,case 1`), rows()[1]);
        assert.match((await cardTexts(page, ".own-badge"))[0], /^LUAD/);
    });

    await visitor.check("0 and Backspace take it back, and Ctrl+Z brings it again", async () => {
        for (const key of ["0", "Backspace"]) {
            await home();
            await page.keyboard.press(key);
            await visitor.until(() => document.querySelectorAll(".card .own-badge").length === 0);
            await isSaved(visitor);
            assert.equal(rows().length, 1);
            await page.keyboard.press("Control+z");
            await visitor.until(() => document.querySelectorAll(".card .own-badge").length === 1);
            await isSaved(visitor);
            assert.equal(rows().length, 2);
        }
    });

    await visitor.check("Enter shows the picture itself, and keys work there, too", async () => {
        await home();
        await page.keyboard.press("Enter");
        await visitor.byId("large-view").waitFor({ state: "visible" });
        await visitor.until(() => document.querySelector('[data-testid="whole"]')?.naturalWidth === 40);
        assert.match(await visitor.byId("position").textContent(), /^1 of /);
        await page.keyboard.press("ArrowRight");
        assert.match(await visitor.byId("position").textContent(), /^2 of /);
        await page.keyboard.press("2");
        await visitor.until(() => document.querySelector('[data-testid="position"]').textContent.startsWith("3 of"));
        await page.keyboard.press("z");
        assert.equal(await visitor.byId("actual-size").getAttribute("aria-pressed"), "true");
        await visitor.byId("large-LUAD").click();
        await isSaved(visitor);
        assert.equal(await visitor.byId("large-LUAD").getAttribute("aria-pressed"), "true");
        await page.keyboard.press("Escape");
        await visitor.byId("large-view").waitFor({ state: "hidden" });
        assert.equal(await page.evaluate(() => document.activeElement.classList.contains("current")), true);
        assert.equal(rows().length, 4);
    });

    await visitor.check("keys that sliders, lists and fields work by are left to them", async () => {
        const before = await currentName(page);
        await visitor.byId("certainty-from").focus();
        await page.keyboard.press("ArrowRight");
        await countIs(visitor, " of ");
        await visitor.byId("filter-reset").click();
        await visitor.byId("filter-text").focus();
        await page.keyboard.type("12");
        assert.equal(await visitor.byId("filter-text").inputValue(), "12");
        await visitor.byId("filter-reset").click();
        await page.keyboard.press("Escape");
        assert.equal(rows().length, 4, `no class was given; ${before} was left`);
    });

    await visitor.check("? lists the keys", async () => {
        await page.keyboard.press("?");
        const text = await visitor.byId("help-dialog").textContent();
        for (const word of ["your class: LUAD", "take your class back", "large, and back", "from picture to picture"])
            assert.ok(text.includes(word), word);
        await page.keyboard.press("Escape");
    });
}

async function agreement(visitor, table) {
    const { page } = visitor;
    const verdict = (k) => {
        const status = table.pictures.statuses[table.pictures.status[k]];
        return status === "ok" ? table.pictures.class[k] : status === "benign" ? "benign" : null;
    };

    await visitor.check("agreement counts, its table and the list of differences are right", async () => {
        const { labels } = await visitor.fetchJson("api/table/labels");
        const both = Object.entries(labels)
            .map(([id, own]) => [own, verdict(table.pictures.id.indexOf(id))])
            .filter(([, model]) => model !== null);
        const same = both.filter(([own, model]) => own === model).length;
        assert.equal(
            (await visitor.byId("agreement").textContent()).replace(/ \(.*/, ""),
            `The model agrees in ${same} of ${both.length}`,
        );
        assert.equal(await visitor.byId("disagreement").count(), both.length - same);
        const numbers = await page.$$eval('[data-testid="confusion"] td.number', (cells) =>
            cells.map((cell) => Number(cell.textContent) || 0),
        );
        assert.equal(
            numbers.reduce((sum, number) => sum + number, 0),
            Object.keys(labels).length,
        );
    });

    await visitor.check("a difference opens large, and all of them can be shown", async () => {
        if ((await visitor.byId("disagreement").count()) === 0) {
            await visitor.byId("filter-class").selectOption("LUSC");
            await visitor.byId("card").first().click();
            await page.keyboard.press("1");
            await visitor.byId("filter-reset").click();
        }
        await visitor.byId("disagreement").first().click();
        await visitor.byId("large-view").waitFor({ state: "visible" });
        await page.keyboard.press("Escape");
        await visitor.byId("show-disagreeing").click();
        const count = await visitor.byId("disagreement").count();
        await countIs(visitor, `^${count} of `);
        assert.equal(await page.locator(".card .own-badge.differs").count(), count);
        await visitor.byId("filter-reset").click();
        await visitor.byId("sort").selectOption("name");
        await visitor.byId("sort-descending").uncheck();
        await visitor.byId("apart").check();
    });

    await visitor.check("a picture that has a class by now stays until the filter is applied again", async () => {
        await visitor.byId("filter-own").selectOption("unlabelled");
        await visitor.byId("card").first().click();
        await page.keyboard.press("3");
        await countIs(visitor, "of which 1 no longer fits");
        assert.match((await cardTexts(page, ".own-badge"))[0], /^benign/);
        await visitor.byId("filter-again").click();
        await visitor.until(() => document.querySelectorAll(".card .own-badge").length === 0);
        await visitor.byId("filter-reset").click();
        await isSaved(visitor);
    });
}

async function windows(visitor, labels) {
    const { page } = visitor;
    await visitor.check("two windows lose nothing of each other, and the later one wins", async () => {
        const before = Object.keys((await visitor.fetchJson("api/table/labels")).labels).length;
        const other = await visitor.browser.newPage();
        await other.goto(visitor.url);
        await other.waitForFunction(() => window.slidetypeViewer?.ready);
        await other.locator('[data-testid="card"]').nth(4).click();
        await other.keyboard.press("2");
        await page.bringToFront();
        await visitor.byId("card").nth(5).click();
        await page.keyboard.press("1");
        await visitor.until(() => document.querySelectorAll(".card")[4].querySelector(".own-badge"));
        await visitor.byId("card").nth(4).click();
        await page.keyboard.press("1");
        await isSaved(visitor);
        await other.bringToFront();
        await other.waitForFunction(() =>
            document.querySelectorAll(".card")[4].querySelector(".own-badge")?.textContent.startsWith("LUAD"),
        );
        await other.close();
        const after = Object.keys((await visitor.fetchJson("api/table/labels")).labels).length;
        assert.ok(after >= before + 1 && after <= before + 2, `${before} and ${after}`);
    });

    await visitor.check("what was not saved is told, stays, and is saved again", async () => {
        const complaints = visitor.complaints.length;
        const before = readFileSync(labels, "utf8");
        await page.route("**/api/table/labels", (route) =>
            route.request().method() === "POST" ? route.abort("connectionreset") : route.continue(),
        );
        await visitor.byId("card").nth(6).click();
        await page.keyboard.press("1");
        await visitor.until(() => /1 class is not saved/.test(document.querySelector(".save-state").textContent));
        assert.equal(readFileSync(labels, "utf8"), before);
        await page.unroute("**/api/table/labels");
        await visitor.byId("save-again").click();
        await isSaved(visitor);
        assert.notEqual(readFileSync(labels, "utf8"), before);
        visitor.complaints.splice(complaints); // the browser says by itself that it broke
    });
}

async function fluid(visitor) {
    const { page } = visitor;
    await visitor.check("all pictures pass by without a halt, and the last one is there at once", async () => {
        const { longest, frames, cards } = await page.evaluate(async () => {
            const grid = document.querySelector('[data-testid="grid"]');
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            let longest = 0,
                cards = 0,
                frames = 0;
            grid.scrollTop = 0;
            await frame();
            for (let last = performance.now(); grid.scrollTop + grid.clientHeight < grid.scrollHeight - 2; ++frames) {
                grid.scrollTop += Math.max(grid.clientHeight * 0.6, grid.scrollHeight / 400);
                await frame();
                const now = performance.now();
                longest = Math.max(longest, now - last);
                last = now;
                cards = Math.max(cards, document.querySelectorAll(".card").length);
            }
            return { longest, frames, cards };
        });
        console.log(`        ${frames} screens, the longest took ${Math.round(longest)} ms, ${cards} cards at most`);
        assert.ok(cards < 200, String(cards));
        assert.ok(longest < 1000, String(longest));
        await visitor.byId("card").last().click();
        await page.keyboard.press("End");
        await visitor.until(() => {
            const image = document.querySelector(".card.current img");
            return image === null || image.naturalWidth > 0;
        });
    });
}

/** All of it. `labels` is where the classes go. */
export async function lightTableChecks(visitor, labels) {
    await open(visitor);
    const table = await visitor.fetchJson("api/table");
    await firstLook(visitor, table);
    await filters(visitor, table);
    await keys(visitor, table, labels);
    await agreement(visitor, table);
    await windows(visitor, labels);
    await fluid(visitor);
}

/** A folder that is not scored. */
export async function unscoredChecks(visitor, labels) {
    const { page } = visitor;
    await visitor.check("pictures without scores say how to score them, and take classes", async () => {
        await open(visitor);
        assert.match(await visitor.byId("not-scored").textContent(), /slidetype score .*pictures -o .*_scores/);
        assert.equal(await page.locator(".card-verdict").count(), 0);
        assert.equal(await visitor.byId("filter-class").count(), 0);
        await visitor.byId("card").first().click();
        await page.keyboard.press("1");
        await page.keyboard.press("2");
        await isSaved(visitor);
        assert.equal(readFileSync(labels, "utf8").trim().split("\n").length, 3);
        await page.reload();
        await visitor.ready();
        await visitor.until(() => document.querySelectorAll(".card .own-badge").length === 2);
        assert.match(await visitor.byId("labelled").textContent(), /^2 of /);
    });
}

/** Where nothing can be saved. */
export async function readOnlyChecks(visitor) {
    const { page } = visitor;
    await visitor.check("where classes cannot be saved, that is said, and nothing looks as if they were", async () => {
        await open(visitor);
        assert.match(await visitor.byId("label-obstacle").textContent(), /cannot be saved: .*-o FOLDER/);
        assert.equal(await visitor.byId("give-LUAD").isDisabled(), true);
        await visitor.byId("card").first().click();
        await page.keyboard.press("1");
        assert.match(await visitor.byId("message").textContent(), /cannot be saved/);
        assert.equal(await page.locator(".own-badge").count(), 0);
        assert.equal(existsSync("/proc/slidetype"), false);
    });
}
