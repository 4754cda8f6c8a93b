// What the server sends, as JSON. Coordinates are level-0 pixels; what is not known is null.

/** Of annotations, as text: more is neither shown nor saved. */
export const kMostAnnotationMiB = 256;

export type Color = [red: number, green: number, blue: number];
export type Interval = [low: number, high: number];
export type SlideState = "scored" | "unscored" | "running" | "failed";
export type CallLabel = "LUAD" | "LUSC" | "mixed" | "indeterminate" | "insufficient" | "none";

export interface BatchSlide {
    id: string;
    name: string;
    /** As a manifest gave it. */
    patient: string | null;
    state: SlideState;
    call: CallLabel | null;
    prob_LUSC: number | null;
    ci95: Interval | null;
    reason: string | null;
    /** Whether the slide as a whole is like what the model was made from; null: nobody can tell. */
    known: boolean | null;
    /** False: it was called although it is not. */
    supported: boolean;
    error: string | null;
    scored_mm2: number | null;
    voting_mm2: number | null;
    has_pixels: boolean;
    /** How many are in its file, where that is known. */
    annotations: number | null;
}

/** What the slides of one patient say together. */
export interface BatchPatient {
    patient: string;
    slides: number;
    /** Of these, those that the call is made of. */
    slides_called: number;
    call: CallLabel | null;
    prob_LUSC: number | null;
    ci95: Interval | null;
    supported: boolean;
    scored_mm2: number | null;
    reason: string | null;
}

export interface Batch {
    version: string;
    source: string;
    /** What the models of the results say that they are good for. */
    good_for?: string[];
    /** By name; none before a run with patients has ended. */
    patients?: BatchPatient[];
    slides: BatchSlide[];
    /** There are pictures in place of slides: `table/table_contract.ts`. */
    pictures?: boolean;
}

/** summary.json; what a reader of older or newer results may miss is optional. */
export interface Summary {
    call: {
        label: CallLabel;
        prob_LUSC: number | null;
        ci95: Interval | null;
        vote_mean?: number | null;
        /** Attention heads made the call, and there is the attention of tiles. */
        heads?: { count: number; agreeing: number } | null;
        reason: string;
        /** False: the model does not know such slides and was told to call them nevertheless. */
        supported?: boolean;
        scored_area_mm2?: number | null;
        voting_area_mm2?: number | null;
    };
    /** Whether the slide as a whole is like what the model was made from; null or absent: the model cannot tell. */
    domain?: { known: boolean; distance: number; differs_by: string[] } | null;
    tiles?: Record<string, number>;
    tissue_area_mm2?: number | null;
    areas_mm2?: Record<string, number | null>;
    benign_area_mm2?: number | null;
    unfamiliar_area_mm2?: number | null;
    spacing_um_px?: [number | null, number | null] | null;
    spacing_source?: string | null;
    model?: { name?: string; sha256?: string; good_for?: string | null } | null;
    note?: string;
    version?: string;
}

export interface SlideClass {
    name: string;
    label: string;
    color: Color;
}

export interface AnnotationClass {
    name: string;
    color: Color;
}

export interface SlideDetail {
    id: string;
    name: string;
    state: SlideState;
    width: number;
    height: number;
    spacing_um_px: [number, number] | null;
    has_pixels: boolean;
    pixels_error: string | null;
    tile_size: number;
    max_level: number;
    summary: Summary | null;
    classes: SlideClass[];
    lusc_column: number | null;
    annotation_classes: AnnotationClass[];
    /** Where the coordinates of annotation files begin: QuPath counts from the corner of the scanned area. */
    annotation_offset_px: [x: number, y: number];
    /** On files of annotations beside the slide that are not shown. */
    annotations_note: string | null;
    can_run: boolean;
    error: string | null;
}

export interface TileColumns {
    grid: { columns: number; rows: number; tile_width_px: number; tile_height_px: number; overlap: number };
    statuses: string[];
    index: number[];
    x: number[];
    y: number[];
    width: number[];
    height: number[];
    status: number[];
    tissue: number[];
    prob: (number | null)[][];
    tumour: (number | null)[] | null;
    strangeness: (number | null)[] | null;
    /** The place of a tile among those of its slide by what it weighs in the call, 0 to 100. */
    attention?: (number | null)[] | null;
}

/** As in a file, which may hold anything: `annotations/geojson.ts` reads it. */
export interface Geometry {
    type: string;
    coordinates?: unknown;
    geometries?: Geometry[];
}

/** A feature with all that its file says; members that this page does not know are kept. */
export interface Feature {
    type: "Feature";
    id?: unknown;
    geometry: Geometry | null;
    properties: Record<string, unknown> | null;
}

export interface FeatureCollection {
    type: "FeatureCollection";
    features: Feature[];
}

export interface Problem {
    message: string;
    hint?: string;
}

export interface Progress {
    state: "queued" | "running" | "done" | "failed" | "cancelled";
    stage: "open" | "tissue" | "score";
    done: number;
    total: number;
    error: Problem | null;
}
