// What slidetype says of the slide, and how it came to that. Only what is in summary.json is said.
import { cssColor, html, swatch } from "../base/dom.js";
import {
    areaText,
    countText,
    intervalText,
    kUnknown,
    probabilityText,
    spacingSourceText,
    spacingText,
} from "../base/format.js";
import type { SlideDetail, Summary } from "../contract.js";
import { kStatuses, kStatusNames } from "../heatmap/tile_table.js";
import { callBadge } from "./call_badge.js";
import { intervalChart } from "./interval_chart.js";
import { factList, type Fact } from "./tile_facts.js";

const kOtherStatuses: Record<string, string> = { background: "Too little tissue", outside_roi: "Outside the region" };

function tileCounts(tiles: Record<string, number>): Fact[] {
    const order: string[] = [...kStatuses, ...Object.keys(kOtherStatuses)];
    const names: Record<string, string> = { ...kStatusNames, ...kOtherStatuses };
    const known = order.filter((status) => status in tiles);
    const others = Object.keys(tiles).filter((status) => !order.includes(status));
    return [...known, ...others].map((status) => [names[status] ?? status, countText(tiles[status]!)]);
}

/** Areas with bars as long as their share of the largest. */
function areaRows(slide: SlideDetail, summary: Summary): HTMLElement {
    const rows: { name: string; mm2: number | null; color: readonly number[] }[] = [];
    for (const [label, mm2] of Object.entries(summary.areas_mm2 ?? {})) {
        rows.push({
            name: label,
            mm2,
            color: slide.classes.find((one) => one.label === label)?.color ?? [120, 120, 120],
        });
    }
    rows.push(
        { name: "Benign", mm2: summary.benign_area_mm2 ?? null, color: [134, 166, 128] },
        { name: "Unfamiliar", mm2: summary.unfamiliar_area_mm2 ?? null, color: [128, 128, 128] },
    );
    const largest = Math.max(0, ...rows.map(({ mm2 }) => mm2 ?? 0));
    return html(
        "table",
        { class: "areas" },
        html("caption", {}, "Tissue by what it was taken for"),
        html(
            "tbody",
            {},
            ...rows.map(({ name, mm2, color }) => {
                const bar = html("span", { class: "bar" });
                bar.style.width = `${largest > 0 ? ((mm2 ?? 0) / largest) * 100 : 0}%`;
                bar.style.backgroundColor = cssColor(color);
                return html(
                    "tr",
                    {},
                    html("th", { scope: "row" }, swatch(color), ` ${name}`),
                    html("td", { class: "bars" }, bar),
                    html("td", { class: "number" }, areaText(mm2)),
                );
            }),
        ),
    );
}

function sizeText({ width, height }: SlideDetail): string {
    return width > 0 && height > 0 ? `${countText(width)} × ${countText(height)} px` : "not known";
}

function provenance(slide: SlideDetail, summary: Summary): Fact[] {
    const spacing = summary.spacing_um_px ?? slide.spacing_um_px;
    const source = spacingSourceText(summary.spacing_source);
    const { model } = summary;
    return [
        ["Size", sizeText(slide)],
        ["Spacing", spacingText(spacing) + (source === "" ? "" : ` (${source})`)],
        ["Tissue", areaText(summary.tissue_area_mm2)],
        ["Model", model?.name ?? "not known"],
        ["Material", materialText(summary)],
        ["Weights", model?.sha256 ? `SHA-256 ${model.sha256.slice(0, 12)}…` : "not known"],
        ["Version", summary.version ? `slidetype ${summary.version}` : "not known"],
    ];
}

function materialText({ domain }: Summary): string {
    if (!domain) return "not known whether the model was made from such slides";
    return domain.known ? "like what the model was made from" : "unlike what the model was made from";
}

const kHeadsLack =
    "Attention heads made this call. They have no tumour gate, no guard against unfamiliar tiles and no check of whole " +
    "slides: slides of any kind are called, and mixed tumours one or the other.";

function callFacts({ call }: Summary): Fact[] {
    return [
        ["P(LUSC)", probabilityText(call.prob_LUSC)],
        call.heads
            ? ["Heads that agree", `${call.heads.agreeing} of ${call.heads.count}`]
            : ["95 % interval", call.ci95 ? intervalText(call.ci95) : "not known"],
        ["Voting tissue", `${areaText(call.voting_area_mm2)} of ${areaText(call.scored_area_mm2)} scored`],
    ];
}

function scoredParts(slide: SlideDetail, summary: Summary): (HTMLElement | SVGElement)[] {
    const { call } = summary;
    const parts: (HTMLElement | SVGElement)[] = [
        html(
            "div",
            { class: "call-line" },
            callBadge(call.label, "call-label"),
            call.supported === false ? " unsupported" : "",
        ),
    ];
    if (call.prob_LUSC !== null) parts.push(intervalChart(call.prob_LUSC, call.ci95));
    parts.push(html("p", { "data-testid": "call-reason" }, call.reason === "" ? kUnknown : call.reason));
    if (summary.note) parts.push(html("p", { class: "warning" }, summary.note));
    // A slide that the model does not know is when this matters most; else it is below.
    const goodFor = summary.model?.good_for;
    if (goodFor)
        parts.push(
            html(
                "p",
                { class: summary.domain?.known === false ? "warning" : "note", "data-testid": "good-for" },
                goodFor,
            ),
        );
    if (call.heads) parts.push(html("p", { class: "note", "data-testid": "heads-lack" }, kHeadsLack));
    if (call.label !== "none") parts.push(factList(callFacts(summary)));
    parts.push(areaRows(slide, summary));
    parts.push(
        html(
            "details",
            {},
            html("summary", {}, "Tiles and model"),
            summary.tiles ? factList(tileCounts(summary.tiles)) : null,
            factList(provenance(slide, summary)),
        ),
    );
    return parts;
}

function unscoredParts(slide: SlideDetail): HTMLElement[] {
    const words = { unscored: "not scored yet", running: "being scored", failed: "failed", scored: "no result" }[
        slide.state
    ];
    return [
        html("div", { class: "call-line" }, html("span", { class: "call none", "data-testid": "call-label" }, words)),
        factList([
            ["Size", sizeText(slide)],
            ["Spacing", spacingText(slide.spacing_um_px)],
        ]),
    ];
}

export class CallPanel {
    readonly element = html("section", { class: "call-panel", "aria-labelledby": "call-title" });

    show(slide: SlideDetail): void {
        this.element.replaceChildren(
            html("h2", { id: "call-title" }, "Call"),
            ...(slide.summary ? scoredParts(slide, slide.summary) : unscoredParts(slide)),
            ...(slide.error ? [html("p", { class: "warning", "data-testid": "slide-error" }, slide.error)] : []),
            html("p", { class: "purpose" }, "Research use only; not for diagnosis."),
        );
    }
}
