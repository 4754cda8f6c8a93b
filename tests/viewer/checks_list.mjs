// The list of slides.
import assert from "node:assert/strict";

export async function listChecks(visitor, expected) {
    const { page } = visitor;
    const names = () =>
        page.$$eval('[data-testid="slide-row"] .name', (elements) => elements.map((element) => element.textContent));

    await visitor.check("the page opens", async () => {
        await page.goto(visitor.url);
        await visitor.ready();
    });

    const batch = (visitor.batch = await visitor.fetchJson("api/batch"));
    await visitor.check("the server has as many slides as expected", () => {
        if (expected !== null) assert.equal(batch.slides.length, expected);
        assert.ok(batch.slides.length > 0);
    });
    if (batch.slides.length === 1) return;

    await visitor.check("the list shows the slides by name", async () => {
        await visitor.go("#/");
        await visitor.byId("slide-row").first().waitFor();
        const shown = await names();
        assert.ok(shown.length > 0 && shown.length <= batch.slides.length);
        const sorted = [...shown].sort(new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare);
        assert.deepEqual(shown, sorted);
    });

    await visitor.check("a name filters the list", async () => {
        const wanted = batch.slides[0].name;
        await visitor.byId("filter-text").fill(wanted);
        await visitor.until((name) => {
            const found = [...document.querySelectorAll('[data-testid="slide-row"] .name')].map(
                (element) => element.textContent,
            );
            return found.length > 0 && found.every((one) => one.toLowerCase().includes(name.toLowerCase()));
        }, wanted);
        await visitor.byId("filter-text").fill("no slide has such a name");
        await visitor.until(() => document.querySelectorAll('[data-testid="slide-row"]').length === 0);
        await visitor.byId("filter-text").fill("");
        await visitor.byId("slide-row").first().waitFor();
    });

    await visitor.check("a state filters the list", async () => {
        const count = batch.slides.filter((slide) => slide.state === "scored").length;
        await visitor.byId("filter-state").selectOption("scored");
        await visitor.until((most) => document.querySelectorAll('[data-testid="slide-row"]').length <= most, count);
        await visitor.byId("filter-state").selectOption("");
    });

    await visitor.check("P(LUSC) sorts the list, both ways", async () => {
        const known = batch.slides.map((slide) => slide.prob_LUSC).filter((p) => p !== null);
        for (const descending of [false, true]) {
            await visitor.byId("sort").selectOption("probability");
            await visitor.byId("sort-descending").setChecked(descending);
            if (known.length === 0) continue;
            const first = descending ? Math.max(...known) : Math.min(...known);
            const name = batch.slides.find((slide) => slide.prob_LUSC === first).name;
            await visitor.until(
                (wanted) => document.querySelector('[data-testid="slide-row"] .name')?.textContent === wanted,
                name,
            );
        }
        await visitor.byId("sort-descending").setChecked(false);
        await visitor.byId("sort").selectOption("name");
    });

    await visitor.check("the slides of a patient stand together under the patient's call", async () => {
        const [patient] = batch.patients;
        if (!patient) return;
        const rows = () =>
            page.$$eval(".slide-row", (elements) =>
                elements.map((element) => `${element.dataset.testid} ${element.querySelector(".name").textContent}`),
            );
        const own = batch.slides.filter((slide) => slide.patient === patient.patient).map((slide) => slide.name);
        const at = (await rows()).indexOf(`patient-row ${patient.patient}`);
        assert.deepEqual(
            (await rows()).slice(at + 1, at + 1 + own.length),
            own.map((name) => `slide-row ${name}`),
        );
        const heading = visitor.byId("patient-row").first();
        assert.ok((await heading.textContent()).includes(patient.reason));
        assert.equal(await heading.locator(".call").textContent(), patient.call);
        await visitor.byId("by-patient").uncheck();
        await visitor.until(() => !document.querySelector('[data-testid="patient-row"]'));
        await visitor.byId("by-patient").check();
        await visitor.byId("patient-row").first().waitFor();
    });

    await visitor.check("arrow keys go through the list", async () => {
        await visitor.byId("slide-list").locator("a, [tabindex]").first().focus();
        await page.keyboard.press("ArrowDown");
        const second = await visitor.byId("slide-list").locator(".name").nth(1).textContent();
        await visitor.until((name) => document.activeElement?.querySelector(".name")?.textContent === name, second);
    });

    await visitor.check("a failed slide shows its error", async () => {
        const failed = batch.slides.find((slide) => slide.state === "failed");
        if (!failed) return;
        await visitor.byId("filter-state").selectOption("failed");
        await visitor.byId("filter-text").fill(failed.name);
        await visitor.until(
            (error) =>
                [...document.querySelectorAll(".slide-row .error")].some((element) => element.textContent === error),
            failed.error,
        );
        await visitor.byId("filter-text").fill("");
        await visitor.byId("filter-state").selectOption("");
    });
}
