// A local GeoJSON file, as far as it can be read without knowing the slide.
import { HintedError } from "../base/hinted_error.js";
import { kMostAnnotationMiB } from "../contract.js";

export const kExportAgain = "Export it from QuPath again: File > Export objects as GeoJSON.";

/** The features that a file's text holds, in any of the three forms that QuPath writes. */
export function featuresIn(text: string, name: string): unknown[] {
    let json: unknown;
    try {
        json = JSON.parse(text);
    } catch {
        throw new HintedError(`${name} is no JSON text, or only a part of one.`, kExportAgain);
    }
    if (Array.isArray(json)) return json;
    const { type, features } = (json ?? {}) as { type?: unknown; features?: unknown };
    if (type === "FeatureCollection" && Array.isArray(features)) return features;
    if (type === "Feature") return [json];
    throw new HintedError(`${name} is JSON, but no GeoJSON with features.`, kExportAgain);
}

async function isCompressed(file: File): Promise<boolean> {
    const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    const starts = (a: number, b: number) => first === a && second === b;
    return starts(0x1f, 0x8b) || starts(0x50, 0x4b); // gzip, zip
}

export async function featuresOf(file: File): Promise<unknown[]> {
    const { name, size } = file;
    if (size > kMostAnnotationMiB * 2 ** 20)
        throw new HintedError(
            `${name} is larger than ${kMostAnnotationMiB} MB.`,
            "Export the annotations alone, without detections and cells.",
        );
    if (size === 0) throw new HintedError(`${name} is empty.`, kExportAgain);
    let text: string;
    try {
        if (await isCompressed(file)) throw new HintedError(`${name} is compressed.`, "Unpack it first.");
        text = await file.text();
    } catch (error) {
        if (error instanceof HintedError) throw error;
        throw new HintedError(`${name} cannot be read.`, "It may have been moved or changed: choose it again.");
    }
    return featuresIn(text, name);
}
