// Numbers and words as the reports of slidetype write them. What is not known is a dash, never a number.

export const kUnknown = "–";

const whole = new Intl.NumberFormat("en");

export function countText(count: number): string {
    return whole.format(count);
}

export function plural(count: number, one: string, many = `${one}s`): string {
    return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Two decimals, or as many as it takes so that only one half itself reads as 0.50. */
export function probabilityText(probability: number | null | undefined): string {
    if (probability === null || probability === undefined || !Number.isFinite(probability)) return kUnknown;
    for (let decimals = 2; decimals < 6; ++decimals) {
        const unit = 10 ** decimals;
        if (probability === 0.5 || Math.round(probability * unit) !== unit / 2) return probability.toFixed(decimals);
    }
    return probability.toFixed(6);
}

export function intervalText(interval: readonly [number, number] | null | undefined): string {
    return interval ? `${probabilityText(interval[0])}–${probabilityText(interval[1])}` : kUnknown;
}

export function areaText(mm2: number | null | undefined): string {
    if (mm2 === null || mm2 === undefined || !Number.isFinite(mm2)) return kUnknown;
    return `${mm2 > 0 && mm2 < 0.01 ? mm2.toPrecision(1) : mm2.toFixed(2)} mm²`;
}

export function percentText(share: number | null | undefined): string {
    if (share === null || share === undefined || !Number.isFinite(share)) return kUnknown;
    return `${Math.round(share * 100)} %`;
}

export function spacingText(spacing: readonly (number | null)[] | null | undefined): string {
    const [x, y] = spacing ?? [];
    if (typeof x !== "number" || typeof y !== "number") return "not known";
    const digits = (value: number) => Number(value.toFixed(4)).toString();
    return x === y ? `${digits(x)} µm/px` : `${digits(x)} × ${digits(y)} µm/px`;
}

const kSpacingSources: Record<string, string> = {
    user: "given by the user",
    slide_mpp: "from the slide",
    vendor: "from the scanner's entry in the slide",
    ome_xml: "from the OME-XML in the slide",
    imagej: "from ImageJ's description",
    objective_power: "an estimate from the objective",
    tiff_resolution: "from the TIFF's resolution",
    picture_resolution: "from the picture's resolution",
};

export function spacingSourceText(source: string | null | undefined): string {
    return source ? (kSpacingSources[source] ?? source) : "";
}

/** The magnification under which a microscope shows about this spacing: 10x is 1 µm/px. */
export function magnificationText(umPerPixel: number): string {
    const power = 10 / umPerPixel;
    return `like ${power >= 10 ? Math.round(power) : Number(power.toPrecision(2))}×`;
}
