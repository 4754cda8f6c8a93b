// What is shown over the slide. It stays the same from slide to slide.
import { Observable } from "../base/observable.js";
import type { SlideDetail } from "../contract.js";
import { allShown, type Score } from "../heatmap/paint.js";
import type { ColorMapName } from "../heatmap/color_maps.js";
import type { TileStatus } from "../heatmap/tile_table.js";
import type { HeatmapSettings } from "../heatmap/heatmap_layer.js";

export interface LayerSettings {
    heatmap: boolean;
    opacity: number;
    threshold: number;
    colorMap: ColorMapName;
    /** By the label of a class, or kAttention; "" stands for the model's own: P(LUSC), or the leading class. */
    scoreLabel: string;
    shown: Record<TileStatus, boolean>;
    regions: boolean;
    annotations: boolean;
}

export type Settings = Observable<LayerSettings>;

export function defaultSettings(): Settings {
    return new Observable<LayerSettings>({
        heatmap: true,
        opacity: 0.6,
        threshold: 0,
        colorMap: "diverging",
        scoreLabel: "",
        shown: allShown(),
        regions: false,
        annotations: true,
    });
}

/** Labels of classes hold no colon. */
export const kAttention = ":attention";

export function hasAttention(slide: SlideDetail): boolean {
    return Boolean(slide.summary?.call.heads);
}

/** What colours the tiles. */
export function scoreOf(settings: LayerSettings, slide: SlideDetail): Score {
    if (settings.scoreLabel === kAttention && hasAttention(slide)) return "attention";
    return classScoreOf(settings, slide);
}

/** The same among what the model says of classes. */
export function classScoreOf(settings: LayerSettings, slide: SlideDetail): Exclude<Score, "attention"> {
    if (slide.lusc_column !== null) return slide.lusc_column;
    const column = slide.classes.findIndex(({ label }) => label === settings.scoreLabel);
    return column < 0 ? "leading" : column;
}

export function scoreName(score: Exclude<Score, "attention">, slide: SlideDetail): string {
    return score === "leading" ? "P of the leading class" : `P(${slide.classes[score]?.label ?? "?"})`;
}

export function heatmapSettings(settings: LayerSettings, slide: SlideDetail): HeatmapSettings {
    return {
        visible: settings.heatmap,
        opacity: settings.opacity,
        threshold: settings.threshold,
        colorMap: settings.colorMap,
        shown: settings.shown,
        score: scoreOf(settings, slide),
        classColors: slide.classes.map(({ color }) => color),
    };
}
