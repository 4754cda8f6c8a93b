// A browser with the viewer in it, and what the checks share.
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

// The browser driver is a tool of the web page, and is installed where that is bundled.
const webFolder = process.env.WEB_FOLDER ?? fileURLToPath(new URL("../../plugin/viewer/web", import.meta.url));
const { chromium } = createRequire(path.join(webFolder, "package.json"))("playwright-core");

const kPatienceMs = 30_000;

export class Visitor {
    complaints = [];
    foreignRequests = [];
    checks = 0;
    failures = 0;
    steps = 0;

    static async open({ url, chromium: executablePath, artifacts }) {
        if (!url) throw new Error("VIEWER_URL is not set");
        const visitor = new Visitor();
        // Root, as in containers, has no sandbox to offer.
        const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
        visitor.browser = await chromium.launch({ executablePath, args });
        visitor.page = await visitor.browser.newPage({
            viewport: { width: 1360, height: 860 },
            colorScheme: "light",
        });
        visitor.page.setDefaultTimeout(kPatienceMs);
        visitor.url = url;
        visitor.origin = new URL(url).origin;
        visitor.artifacts = artifacts;
        if (artifacts) await mkdir(artifacts, { recursive: true });
        visitor.watch();
        return visitor;
    }

    watch() {
        const { page } = this;
        page.on("pageerror", (error) => this.complaints.push(String(error)));
        page.on("console", (message) => {
            if (message.type() !== "error" && message.type() !== "warning") return;
            // Pictures may be missing or damaged, and the browser says so by itself.
            if (/(thumbnail|whole)\.jpg$/.test(message.location().url ?? "")) return;
            // A slide that is left while its tiles arrive.
            if (message.text().startsWith("Ignoring tile")) return;
            this.complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
        });
        page.on("request", (request) => {
            const url = new URL(request.url());
            if (url.protocol === "data:" || url.protocol === "blob:") return;
            if (url.origin !== this.origin) this.foreignRequests.push(request.url());
        });
    }

    /** Runs a check and says how it went; later checks are made all the same. */
    async check(name, body) {
        this.checks += 1;
        try {
            await body();
            console.log(`ok      ${name}`);
        } catch (error) {
            this.failures += 1;
            console.log(
                `FAILED  ${name}\n        ${String(error.message ?? error)
                    .split("\n")
                    .join("\n        ")}`,
            );
        }
        await this.picture(name);
    }

    async picture(name) {
        if (!this.artifacts) return;
        this.steps += 1;
        const file = `${String(this.steps).padStart(2, "0")}-${name.replace(/[^a-z0-9]+/gi, "-").slice(0, 60)}.png`;
        await this.page.screenshot({ path: path.join(this.artifacts, file) });
    }

    byId(testid) {
        return this.page.locator(`[data-testid="${testid}"]`);
    }

    /** Waits until a function in the page gives something true, and returns that. */
    async until(what, argument) {
        const handle = await this.page.waitForFunction(what, argument, {
            timeout: kPatienceMs,
        });
        return handle.jsonValue();
    }

    ready() {
        return this.until(() => window.slidetypeViewer?.ready);
    }

    async go(hash) {
        const here = new URL(this.page.url());
        here.hash = hash;
        await this.page.goto(here.href);
        await this.until((wanted) => decodeURIComponent(location.hash) === decodeURIComponent(wanted), hash);
        await this.ready();
    }

    /** The slide's own data, asked from inside the page, so with its cookie. */
    fetchJson(url) {
        return this.page.evaluate(async (address) => (await fetch(address)).json(), url);
    }

    /** What a layer has painted at a level-0 point, as "r,g,b,a"; without a point, on the whole layer, made small. */
    inkOf(layer, point) {
        return this.page.evaluate(inkOnScreen, [layer, point]);
    }

    /** Waits until what a layer has painted passes a test. */
    async untilInk(layer, point, test) {
        for (const deadline = Date.now() + kPatienceMs; !test(await this.inkOf(layer, point)); ) {
            if (Date.now() > deadline) throw new Error(`the layer ${layer} never looked as it should`);
            await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
        }
    }

    onPage(point) {
        return this.page.evaluate(({ x, y }) => window.slidetypeViewer.imageToPage(x, y), point);
    }

    /** Waits until the slide has come to rest. */
    async settled() {
        await this.page.evaluate(async () => {
            const where = () =>
                JSON.stringify([window.slidetypeViewer.imageToPage(0, 0), window.slidetypeViewer.imageToPage(1000, 0)]);
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            for (let last = "", same = 0; same < 12; ) {
                await frame();
                same = where() === last ? same + 1 : 0;
                last = where();
            }
        });
    }

    close() {
        return this.browser.close();
    }
}

/** Runs in the page. Reads by way of a small canvas, so that the layer itself stays where it is painted fastest. */
function inkOnScreen([layer, point]) {
    const canvas = document.querySelector(`canvas.${layer}`);
    const small = document.createElement("canvas");
    small.width = small.height = point ? 1 : 64;
    const context = small.getContext("2d", { willReadFrequently: true });
    if (point) {
        const box = canvas.getBoundingClientRect(),
            at = window.slidetypeViewer.imageToPage(point.x, point.y);
        const ratio = canvas.width / box.width;
        context.drawImage(canvas, -Math.floor((at.x - box.left) * ratio), -Math.floor((at.y - box.top) * ratio));
    } else {
        context.drawImage(canvas, 0, 0, small.width, small.height);
    }
    return [...context.getImageData(0, 0, small.width, small.height).data].join();
}
