// A local GeoJSON file, as far as it can be read without knowing the slide.
import { HintedError } from "../base/hinted_error.js";
import { kMostAnnotationMiB, type Feature } from "../contract.js";
import { normalFeatures } from "./normal.js";
import { textOf, TooLarge } from "./unpacked.js";

export const kExportAgain = "Export it from QuPath again: File > Export objects as GeoJSON.";

/** QuPath up to 0.4 and Python write bare words that are no JSON; outside of strings they become null. */
function withJsonNumbers(text: string): string {
    const words = /"[^"\\]*(?:\\[^][^"\\]*)*"|[+-]?\b(?:NaN|Infinity|nan|inf|NAN|INF|infinity)\b/g;
    return text.replace(words, (found) => (found.startsWith('"') ? found : "null"));
}

function parsed(text: string, name: string): unknown {
    for (const read of [() => text, () => withJsonNumbers(text)]) {
        try {
            return JSON.parse(read()) as unknown;
        } catch {
            // The second time it is no JSON at all.
        }
    }
    throw new HintedError(`${name} is no JSON text, or only a part of one.`, kExportAgain);
}

/** The features that a file's text holds, in one form. */
export function featuresIn(text: string, name: string): Feature[] {
    return normalFeatures(
        parsed(text, name),
        (what) => new HintedError(`${name} is JSON, but no GeoJSON that can be read: it ${what}.`, kExportAgain),
    );
}

function tooLarge(name: string): HintedError {
    return new HintedError(
        `${name} is larger than ${kMostAnnotationMiB} MB.`,
        "Export the annotations alone, without detections and cells.",
    );
}

export async function featuresOf(file: File): Promise<Feature[]> {
    const { name, size } = file;
    if (size > kMostAnnotationMiB * 2 ** 20) throw tooLarge(name);
    if (size === 0) throw new HintedError(`${name} is empty.`, kExportAgain);
    let text: string;
    try {
        text = await textOf(new Uint8Array(await file.arrayBuffer()), name);
    } catch (error) {
        if (error instanceof TooLarge) throw tooLarge(name);
        if (error instanceof HintedError) throw error;
        throw new HintedError(`${name} cannot be read.`, "It may have been moved or changed: choose it again.");
    }
    return featuresIn(text, name);
}
