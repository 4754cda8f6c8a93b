// Bundles the page into $OUT_DIR (default: dist), or, with --tests, the tests into .tests. Nothing is fetched, and the
// bundle names nothing outside the page's own origin.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const inHere = (...parts) => path.join(here, ...parts);

/** What Annotorious is published with, compiled into its own files. */
const kCompiledIn = ["@annotorious/core", "dequal", "quickselect", "rbush", "simplify-js", "svelte", "uuid"];

const shared = { bundle: true, logLevel: "warning", absWorkingDir: here, target: ["es2021"], charset: "utf8" };

/** The names of the packages that files of the bundle came from. */
function bundledPackages(metafile) {
    const names = new Set();
    for (const input of Object.keys(metafile.inputs)) {
        const found = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
        if (found) names.add(found[1]);
    }
    return [...names].sort();
}

/** The license text of a package: its own file, or, where it ships none, the one kept in licenses/. */
async function licenseOf(name) {
    const folder = inHere("node_modules", name);
    const files = existsSync(folder) ? await readdir(folder) : [];
    const own = files.find((entry) => /^licen[cs]e/i.test(entry));
    return readFile(own ? path.join(folder, own) : inHere("licenses", `${name.replace("/", "__")}.txt`), "utf8");
}

async function writeLicenses(metafile, file) {
    const parts = [];
    for (const name of [...bundledPackages(metafile), ...kCompiledIn].sort()) {
        parts.push(`${name}\n${"-".repeat(name.length)}\n\n${(await licenseOf(name)).trim()}\n`);
    }
    await writeFile(file, `slidetype's viewer contains these libraries.\n\n${parts.join("\n\n")}`);
}

async function buildPage() {
    const out = path.resolve(process.env.OUT_DIR ?? inHere("dist"));
    await mkdir(out, { recursive: true });
    const { metafile } = await build({
        ...shared,
        entryPoints: { viewer: "src/main.ts" },
        outdir: out,
        format: "iife",
        minify: true,
        metafile: true,
        legalComments: "none", // gathered in licenses.txt
    });
    await copyFile(inHere("index.html"), path.join(out, "index.html"));
    await writeLicenses(metafile, path.join(out, "licenses.txt"));
}

async function buildTests() {
    const names = (await readdir(inHere("tests"))).filter((name) => name.endsWith(".test.ts"));
    await rm(inHere(".tests"), { recursive: true, force: true });
    await build({
        ...shared,
        entryPoints: names.map((name) => `tests/${name}`),
        outdir: ".tests",
        outExtension: { ".js": ".mjs" },
        format: "esm",
        platform: "node",
        target: ["node18"],
    });
}

await (process.argv.includes("--tests") ? buildTests() : buildPage());
