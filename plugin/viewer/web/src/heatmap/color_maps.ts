// Colours of a probability. Each map is told apart by colour-blind eyes.
import type { Color } from "../contract.js";

export type ColorMapName = "diverging" | "viridis" | "grey";

export const kColorMaps: { name: ColorMapName; text: string }[] = [
    { name: "diverging", text: "Blue – grey – vermilion" },
    { name: "viridis", text: "Viridis" },
    { name: "grey", text: "Grey" },
];

/** As in slidetype's pictures: LUAD over light grey to LUSC, the grey darker than paper. */
const kDiverging: Color[] = [
    [0, 114, 178],
    [216, 216, 216],
    [213, 94, 0],
];
const kViridis: Color[] = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];
const kGrey: Color[] = [
    [235, 235, 235],
    [25, 25, 25],
];

const kStops: Record<ColorMapName, Color[]> = { diverging: kDiverging, viridis: kViridis, grey: kGrey };

/** The colour of a probability, between evenly spaced stops. */
export function colorOf(map: ColorMapName, probability: number): Color {
    const stops = kStops[map];
    const place = Math.min(1, Math.max(0, probability)) * (stops.length - 1);
    const lower = Math.min(stops.length - 2, Math.floor(place));
    const share = place - lower;
    const from = stops[lower]!;
    const to = stops[lower + 1]!;
    return [0, 1, 2].map((channel) => Math.round(from[channel]! + (to[channel]! - from[channel]!) * share)) as Color;
}

export const kSteps = 256;

/** The map as kSteps colours in a row, red, green, blue. */
export function colorTable(map: ColorMapName): Uint8Array {
    const table = new Uint8Array(kSteps * 3);
    for (let step = 0; step < kSteps; ++step) table.set(colorOf(map, step / (kSteps - 1)), step * 3);
    return table;
}
