// The ways in which files write a class, as one: an object with `name` and, where it has a colour, `color`. The rule is that
// of tiler/annotations/annotation_class.h, and both are held to tests/annotations/cases.json.
import { record } from "./record.js";

/** No class: nothing is lost by leaving it out. */
export const kNone = Symbol("no class");
type None = typeof kNone;

/** QuPath's name of a derived class; empty where a member is no text. */
function joined(names: readonly unknown[]): string {
    if (!names.every((one) => typeof one === "string")) return "";
    return names
        .map((one) => (one as string).trim())
        .filter((part) => part !== "")
        .join(": ");
}

/** A Python dictionary as JSON, as far as class names need it: the quotes, and the words for what is true or absent. */
function pythonAsJson(text: string): string {
    return (text.includes('"') ? text : text.replaceAll("'", '"'))
        .replaceAll(": None", ": null")
        .replaceAll(": True", ": true")
        .replaceAll(": False", ": false")
        .replace(/: \(([^)]*)\)/g, ": [$1]"); // a tuple, as of a colour
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

/** An object, a list or a quoted text in a text, as geopandas and GDAL write them; undefined where it is none. */
function within(text: string): unknown {
    if (!/^[{["]/.test(text)) return undefined;
    // A class has three levels at most, so what nests deeply is a name of brackets.
    if ((text.match(/[{[]/g) ?? []).length > 8) return undefined;
    return parsed(text) ?? parsed(pythonAsJson(text));
}

function ofPacked(rgb: number): number[] {
    return [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255];
}

/** `colorRGB`, which QuPath wrote before version 0.4, and other ways become a list of three. */
function withColor({ colorRGB, ...classification }: Record<string, unknown>): Record<string, unknown> {
    if (Number.isInteger(colorRGB)) classification.color ??= ofPacked(colorRGB as number);
    else if (colorRGB !== undefined) classification.colorRGB = colorRGB;
    const { color, ...colorless } = classification;
    if (Number.isInteger(color)) return { ...classification, color: ofPacked(color as number) };
    if (typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color))
        return { ...classification, color: ofPacked(parseInt(color.slice(1), 16)) };
    if (Array.isArray(color) && color.length === 4 && color.every((one) => typeof one === "number"))
        return { ...classification, color: color.slice(0, 3) };
    return color === null || (Array.isArray(color) && color.length === 0) ? colorless : classification;
}

function ofText(text: string): unknown {
    const inner = within(text);
    if (inner === undefined) return text === "" ? kNone : { name: text };
    const found = classificationOf(inner);
    return found === kNone || (typeof record(found).name === "string" && !Array.isArray(found))
        ? found
        : { name: text };
}

function ofObject(given: Record<string, unknown>): unknown {
    const { names, ...others } = given;
    const fromNames = Array.isArray(names) ? joined(names) : "";
    const name = typeof given.name === "string" ? given.name.trim() : "";
    if (fromNames !== "") return withColor({ ...others, name: fromNames });
    if (name !== "") return withColor({ ...given, name });
    const isBlank =
        Object.keys(given).length === 0 ||
        given.name === null ||
        (typeof given.name === "string" && !("names" in given));
    return isBlank ? kNone : given;
}

/** What is not understood comes back as it is. */
export function classificationOf(given: unknown): unknown | None {
    if (given === null || given === undefined) return kNone;
    if (typeof given === "string") return ofText(given.trim());
    if (Array.isArray(given)) {
        const name = joined(given);
        if (name === "") return given.length === 0 ? kNone : given;
        return { name };
    }
    return typeof given === "object" ? ofObject(given as Record<string, unknown>) : given;
}
