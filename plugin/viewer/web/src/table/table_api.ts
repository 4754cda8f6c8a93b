// Requests of the light table.
import { change, get, jsonOf, send } from "../base/api.js";
import type { StoredLabels, TableData } from "./table_contract.js";

const picturePath = (id: string, file: string) => `api/table/pictures/${encodeURIComponent(id)}/${file}`;

export const pictureThumbnailUrl = (id: string) => picturePath(id, "thumbnail.jpg");
export const heatmapUrl = (id: string) => picturePath(id, "heatmap.png");
export const wholePictureUrl = (id: string) => picturePath(id, "whole.jpg");

export const getTable = (signal: AbortSignal) => get<TableData>("api/table", signal);

export interface ReadLabels extends StoredLabels {
    etag: string | null;
}

export async function getLabels(signal: AbortSignal): Promise<ReadLabels> {
    const response = await send("api/table/labels", { signal });
    return { ...(await jsonOf<StoredLabels>(response, { signal })), etag: response.headers.get("ETag") };
}

export interface SavedLabels {
    saved: number;
    file: string;
    /** Which state of the file was changed, and which came of it. */
    before: string;
    etag: string | null;
}

export async function postLabels(labels: Record<string, string | null>): Promise<SavedLabels> {
    const response = await change("POST", "api/table/labels", JSON.stringify({ labels }));
    const saved = (await response.json()) as Omit<SavedLabels, "etag">;
    return { ...saved, etag: response.headers.get("ETag") };
}
