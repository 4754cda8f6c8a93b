// The page's own reader over the one table of what counts of a file of annotations, which the server, `train`, `--roi` and the
// scripts for QuPath are held to as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { classOf } from "../src/annotations/feature.js";
import { annotationsIn } from "../src/annotations/loaded.js";
import { outlineOf } from "../src/annotations/outline.js";
import { featuresOf } from "../src/annotations/read_file.js";
import { HintedError } from "../src/base/hinted_error.js";
import type { Feature } from "../src/contract.js";
import "./raw_deflate.js";

interface Case {
    name: string;
    document?: unknown;
    text?: string;
    base64?: string;
    refused?: boolean;
    areas: Record<string, number>;
    passed_over: Record<string, number>;
}

const file = process.env.ANNOTATION_CASES ?? "../../../tests/annotations/cases.json";
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

/** What the page's file button gives; Node has no File before version 20. */
function fileOf({ document, text, base64 }: Case): File {
    const bytes = base64 !== undefined ? Buffer.from(base64, "base64") : Buffer.from(text ?? JSON.stringify(document));
    return Object.assign(new Blob([bytes]), { name: "x.geojson" }) as unknown as File;
}

function sorted(counts: Record<string, number>): [string, number][] {
    return Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
}

function areasOf(annotations: readonly Feature[]): [string, number][] {
    const counts: Record<string, number> = {};
    for (const feature of annotations) {
        if (outlineOf(feature.geometry).polygons.length === 0) continue; // a line or points, which the page shows
        counts[classOf(feature)] = (counts[classOf(feature)] ?? 0) + 1;
    }
    return sorted(counts);
}

async function read(one: Case) {
    const features = await featuresOf(fileOf(one));
    try {
        return annotationsIn(features, "x.geojson", [0, 0], []);
    } catch (error) {
        // A file without annotations is refused with what else it has.
        if (!(error instanceof HintedError) || !/has no annotations/.test(error.message)) throw error;
        return { annotations: [], leftOut: new Map<string, number>(), message: error.message };
    }
}

assert.ok(cases.length > 50);
for (const one of cases) {
    test(`a file is read as the table says: ${one.name}`, async () => {
        if (one.refused) {
            await assert.rejects(
                read(one),
                (error) => error instanceof HintedError && /x\.geojson/.test(error.message),
            );
            return;
        }
        const { annotations, leftOut } = await read(one);
        assert.deepEqual(areasOf(annotations), sorted(one.areas));
        if (annotations.length === 0) return;
        const { line, point, ...others } = one.passed_over;
        assert.deepEqual(sorted(Object.fromEntries(leftOut)), sorted(others));
    });
}
