import { html } from "../base/dom.js";
import { plural } from "../base/format.js";
import type { SlideDetail } from "../contract.js";
import { histogramChart } from "../heatmap/histogram.js";
import type { TileTable } from "../heatmap/tile_table.js";
import { classScoreOf, scoreName, type Settings } from "./layer_settings.js";

/** The histogram; follows the threshold, once per frame at most. */
export class ScoresPanel {
    readonly element: HTMLElement;
    private readonly chart = html("div", { "data-testid": "histogram" });
    private readonly remark = html("p", { class: "note" });
    private table: TileTable | null = null;
    private pending = false;

    constructor(
        private slide: SlideDetail,
        private readonly settings: Settings,
        signal: AbortSignal,
    ) {
        this.element = html(
            "section",
            { class: "scores", "aria-labelledby": "scores-title" },
            html("h2", { id: "scores-title" }, "Scores"),
            this.chart,
            this.remark,
        );
        settings.follow(() => this.showSoon(), signal);
    }

    show(slide: SlideDetail, table: TileTable | null): void {
        this.slide = slide;
        this.table = table;
        this.showSoon();
    }

    private showSoon(): void {
        if (this.pending) return;
        this.pending = true;
        requestAnimationFrame(() => {
            this.pending = false;
            this.draw();
        });
    }

    private draw(): void {
        const { table, slide } = this;
        this.element.hidden = !table || table.count === 0;
        if (!table) return;
        const { threshold } = this.settings.value;
        const score = classScoreOf(this.settings.value, slide);
        // Older results have the mean of the tiles for the slide's probability.
        const call = slide.summary?.call;
        const mean = score === slide.lusc_column ? (call?.vote_mean ?? call?.prob_LUSC ?? null) : null;
        const name = scoreName(score, slide);
        const { chart, voting, sure } = histogramChart(table, score, threshold, name, mean);
        this.chart.replaceChildren(chart);
        this.remark.textContent =
            `${name} of ${plural(voting, "voting tile")}` +
            (threshold > 0 ? `; ${plural(sure, "is", "are")} surer than the threshold.` : ".");
    }
}
