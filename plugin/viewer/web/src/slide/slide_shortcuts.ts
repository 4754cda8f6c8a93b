import { registerShortcuts } from "../base/shortcuts.js";
import type { Settings } from "./layer_settings.js";
import type { SlideParts } from "./slide_parts.js";

const kOpacityStep = 0.1;

export function registerSlideShortcuts(
    { view, corrections, dialog }: SlideParts,
    settings: Settings,
    inspect: () => void,
    signal: AbortSignal,
): void {
    const toggle = (name: "heatmap" | "regions" | "annotations") => () =>
        settings.patch({ [name]: !settings.value[name] });
    const opacity = (step: number) => () =>
        settings.patch({ opacity: Math.min(1, Math.max(0, Math.round((settings.value.opacity + step) * 20) / 20)) });
    const cancel = () => {
        if (corrections.state.value.tool) corrections.stopDrawing();
        else if (corrections.state.value.chosen !== null) corrections.choose(null);
        else dialog.close();
    };
    registerShortcuts(
        [
            { key: "h", does: "heatmap on and off", run: toggle("heatmap") },
            { key: "r", does: "class regions on and off", run: toggle("regions") },
            { key: "a", does: "annotations on and off", run: toggle("annotations") },
            { key: "[", does: "heatmap fainter", run: opacity(-kOpacityStep) },
            { key: "]", does: "heatmap stronger", run: opacity(kOpacityStep) },
            { key: "+", also: ["="], does: "zoom in", run: () => view.zoomIn() },
            { key: "-", shown: "−", does: "zoom out", run: () => view.zoomOut() },
            { key: "0", does: "whole slide", run: () => view.home() },
            { key: "i", does: "open the tile in the middle; arrow keys go on from there", run: inspect },
            {
                key: "p",
                does: "draw a polygon: click its corners, double-click or click the first to close",
                run: () => corrections.draw("polygon"),
            },
            { key: "b", does: "draw a rectangle: drag it", run: () => corrections.draw("rectangle") },
            {
                key: "Delete",
                also: ["Backspace"],
                does: "delete the chosen annotation, or the chosen points of its outline",
                run: () => corrections.removeChosen(),
            },
            { key: "Ctrl+z", shown: "Ctrl+Z", does: "undo", run: () => corrections.undo() },
            {
                key: "Ctrl+Shift+z",
                shown: "Ctrl+Shift+Z",
                also: ["Ctrl+y"],
                does: "redo",
                run: () => corrections.redo(),
            },
            {
                key: "Ctrl+s",
                shown: "Ctrl+S",
                does: "save the annotations",
                run: () => void corrections.save(),
                anywhere: true,
            },
            { key: "Escape", shown: "Esc", does: "stop drawing, leave the annotation, close the tile", run: cancel },
        ],
        signal,
    );
}
