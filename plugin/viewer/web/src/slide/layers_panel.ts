// Switches and sliders of what lies over the slide, and what its colours mean.
import { html, options } from "../base/dom.js";
import { probabilityText } from "../base/format.js";
import type { SlideDetail } from "../contract.js";
import { kColorMaps, type ColorMapName } from "../heatmap/color_maps.js";
import { legend } from "../heatmap/legend.js";
import type { TileStatus, TileTable } from "../heatmap/tile_table.js";
import { hasAttention, kAttention, scoreOf, type Settings } from "./layer_settings.js";

type Switch = "heatmap" | "regions" | "annotations";

export class LayersPanel {
    readonly element: HTMLElement;
    private readonly legend = html("div", { class: "legend", "data-testid": "legend" });
    private readonly score = html("select", { "data-testid": "score" });
    private readonly scoreChoice = html("label", { hidden: true }, "Show ", this.score);
    private table: TileTable | null = null;
    private legendOf: unknown[] = [];

    constructor(
        private readonly slide: SlideDetail,
        private readonly settings: Settings,
        signal: AbortSignal,
    ) {
        this.element = html(
            "section",
            { class: "layers", "aria-labelledby": "layers-title" },
            html("h2", { id: "layers-title" }, "Layers"),
            html(
                "div",
                { class: "row" },
                this.toggle("heatmap", "Heatmap", "h", signal),
                this.toggle("regions", "Regions", "r", signal),
                this.toggle("annotations", "Annotations", "a", signal),
            ),
            this.slider("opacity", "Opacity", 1, 0.05, (value) => `${Math.round(value * 100)} %`, signal),
            this.slider("threshold", "Only tiles surer than", 0.5, 0.01, thresholdText, signal),
            html("div", { class: "row" }, this.colorMap(signal), this.scoreChoice),
            this.legend,
        );
        this.score.addEventListener("change", () => settings.patch({ scoreLabel: this.score.value }));
        settings.follow(() => this.showLegend(), signal);
    }

    setTable(table: TileTable | null): void {
        this.table = table;
        this.showScoreChoice();
        this.showLegend();
    }

    private toggle(name: Switch, text: string, key: string, signal: AbortSignal): HTMLElement {
        const box = html("input", {
            type: "checkbox",
            "data-testid": `${name}-toggle`,
            onchange: () => this.settings.patch({ [name]: box.checked }),
        });
        this.settings.follow((settings) => {
            box.checked = settings[name];
        }, signal);
        return html("label", { title: `${text} (${key})` }, box, ` ${text}`);
    }

    private slider(
        name: "opacity" | "threshold",
        text: string,
        max: number,
        step: number,
        shown: (value: number) => string,
        signal: AbortSignal,
    ): HTMLElement {
        const range = html("input", {
            type: "range",
            id: `slider-${name}`,
            min: 0,
            max,
            step,
            "data-testid": name,
            oninput: () => this.settings.patch({ [name]: range.valueAsNumber }),
        });
        const value = html("output", { for: range.id });
        this.settings.follow((settings) => {
            // Of attention no tile is surer than another.
            range.disabled = name === "threshold" && scoreOf(settings, this.slide) === "attention";
            range.value = String(settings[name]);
            value.textContent = shown(settings[name]);
            range.setAttribute("aria-valuetext", value.textContent);
        }, signal);
        return html("div", { class: "slider" }, html("label", { for: range.id }, text), value, range);
    }

    private colorMap(signal: AbortSignal): HTMLElement {
        const select = html("select", {
            "data-testid": "colour-map",
            onchange: () => this.settings.patch({ colorMap: select.value as ColorMapName }),
        });
        options(
            select,
            kColorMaps.map(({ name, text }) => [name, text]),
            this.settings.value.colorMap,
        );
        this.settings.follow(({ colorMap }) => {
            select.value = colorMap;
        }, signal);
        return html("label", {}, "Colours ", select);
    }

    /** Models of other classes than LUAD and LUSC, and attention heads leave a choice, which is known with the tiles. */
    private showScoreChoice(): void {
        const { slide } = this;
        const labels = slide.lusc_column === null ? slide.classes.map(({ label }) => label) : [];
        const choices: [value: string, text: string][] = [
            ["", slide.lusc_column === null ? "Leading class" : "P(LUSC)"],
            ...labels.map((label): [string, string] => [label, `P(${label})`]),
        ];
        if (hasAttention(slide)) choices.push([kAttention, "Attention"]);
        this.scoreChoice.hidden = choices.length === 1;
        options(this.score, choices, this.settings.value.scoreLabel);
        if (!choices.some(([value]) => value === this.score.value)) this.score.value = "";
    }

    /** Made anew only where it says something new, so that its switches keep the focus while they are used. */
    private showLegend(): void {
        const { value } = this.settings;
        const score = scoreOf(value, this.slide);
        const shows = [this.table, score, value.colorMap];
        if (shows.every((part, k) => part === this.legendOf[k])) return;
        this.legendOf = shows;
        const setShown = (status: TileStatus, shown: boolean) =>
            this.settings.patch({ shown: { ...this.settings.value.shown, [status]: shown } });
        this.legend.replaceChildren(...legend(this.slide, this.table, value, score, setShown));
    }
}

export function thresholdText(threshold: number): string {
    if (threshold === 0) return "all";
    return `≤ ${probabilityText(0.5 - threshold)} or ≥ ${probabilityText(0.5 + threshold)}`;
}
