// A tile in words, for the tooltip and the tile's own panel.
import { html } from "../base/dom.js";
import { percentText, probabilityText } from "../base/format.js";
import type { SlideDetail } from "../contract.js";
import { kStatusMeanings, kStatusNames, type TileTable } from "../heatmap/tile_table.js";

export type Fact = [name: string, value: string];

export function statusText(table: TileTable, tile: number): string {
    const status = table.status[tile]!;
    return `${kStatusNames[status]}: ${kStatusMeanings[status].toLowerCase()}`;
}

/** What the model said of a tile; what it did not say is left out. */
export function scoreFacts(table: TileTable, tile: number, slide: SlideDetail): Fact[] {
    const facts: Fact[] = [];
    slide.classes.forEach(({ label }, column) => {
        const p = table.probabilities[column]?.[tile];
        if (p !== undefined && !Number.isNaN(p)) facts.push([`P(${label})`, probabilityText(p)]);
    });
    const tumour = table.tumour?.[tile];
    const strangeness = table.strangeness?.[tile];
    if (tumour !== undefined && !Number.isNaN(tumour)) facts.push(["P(tumour)", probabilityText(tumour)]);
    if (strangeness !== undefined && !Number.isNaN(strangeness)) {
        facts.push(["Strangeness", `${strangeness.toFixed(2)} (${strangeness > 1 ? "above" : "up to"} 1)`]);
    }
    const attention = table.attention?.[tile];
    if (attention !== undefined && !Number.isNaN(attention)) {
        facts.push(["Attention", `${Math.round(attention)} of 100`]);
    }
    facts.push(["Tissue", percentText(table.source.tissue[tile])]);
    return facts;
}

export function factList(facts: Fact[]): HTMLElement {
    return html(
        "dl",
        { class: "facts" },
        ...facts.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]),
    );
}
