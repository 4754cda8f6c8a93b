import type { AnnotationController } from "../annotations/controller.js";
import type { SlideDetail } from "../contract.js";
import type { HeatmapLayer } from "../heatmap/heatmap_layer.js";
import type { RegionsLayer } from "./regions_layer.js";
import type { SlideView } from "./slide_view.js";
import type { TileDialog } from "./tile_dialog.js";

/** The parts that exist once the slide is known. */
export interface SlideParts {
    slide: SlideDetail;
    view: SlideView;
    heatmap: HeatmapLayer;
    regions: RegionsLayer;
    corrections: AnnotationController;
    dialog: TileDialog;
}
