// Requests to the server that this page came from. Addresses are relative, because the first part of the page's own is the
// token that lets it ask.
import { kMostAnnotationMiB } from "../contract.js";
import type { Batch, FeatureCollection, Problem, Progress, SlideDetail, TileColumns } from "../contract.js";
import { HintedError } from "./hinted_error.js";

export class ApiError extends HintedError {
    constructor(
        message: string,
        hint: string,
        readonly status: number,
    ) {
        super(message, hint);
    }
}

function slidePath(id: string, rest = ""): string {
    return `api/slides/${encodeURIComponent(id)}${rest}`;
}

export const thumbnailUrl = (id: string) => slidePath(id, "/thumbnail.jpg");
export const tilePictureUrl = (id: string, index: number) => slidePath(id, `/tiles/${index}.jpg`);
export const deepZoomUrl = (id: string, level: number, column: number, row: number) =>
    slidePath(id, `/dz/${level}/${column}_${row}.jpg`);

/** The server's own words where it sent any. */
async function problemOf(response: Response): Promise<Problem> {
    try {
        const body = (await response.json()) as { error?: Partial<Problem> };
        if (typeof body.error?.message === "string")
            return { message: body.error.message, hint: body.error.hint ?? "" };
    } catch {
        // Not JSON: the status has to do.
    }
    return { message: `The server answered with status ${response.status}.`, hint: "" };
}

/** Why a request came to nothing: a server that answers others was only cut off, as by a line that stood still. */
async function cutOff(init: RequestInit): Promise<Error> {
    if (init.signal?.aborted) return new DOMException("aborted", "AbortError");
    try {
        await fetch("api/batch", { method: "HEAD", credentials: "same-origin", cache: "no-store" });
    } catch {
        return new ApiError(
            "The server does not answer.",
            "It may have been stopped: start `slidetype view` again.",
            0,
        );
    }
    const isChange = init.method !== undefined;
    return new ApiError(
        `The connection broke off while this was ${isChange ? "sent" : "loaded"}.`,
        isChange ? "What you did is still here: save again." : "Reload the page.",
        0,
    );
}

export async function send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
        response = await fetch(path, { credentials: "same-origin", ...init });
    } catch {
        throw await cutOff(init);
    }
    if (response.ok) return response;
    const problem = await problemOf(response);
    throw new ApiError(problem.message, problem.hint ?? "", response.status);
}

/** The body as JSON, which arrives after the status and may be cut off, too. */
export async function jsonOf<T>(response: Response, init: RequestInit): Promise<T> {
    try {
        return (await response.json()) as T;
    } catch {
        throw await cutOff(init);
    }
}

export async function get<T>(path: string, signal: AbortSignal): Promise<T> {
    return jsonOf<T>(await send(path, { signal }), { signal });
}

/** The header marks requests that no foreign form can make. */
export async function change(
    method: string,
    path: string,
    body: BodyInit,
    headers: Record<string, string> = {},
): Promise<Response> {
    return send(path, {
        method,
        headers: { "Content-Type": "application/json", "X-Slidetype": "1", ...headers },
        body,
    });
}

export const getBatch = (signal: AbortSignal) => get<Batch>("api/batch", signal);
export const getSlide = (id: string, signal: AbortSignal) => get<SlideDetail>(slidePath(id), signal);
export const getTiles = (id: string, signal: AbortSignal) => get<TileColumns>(slidePath(id, "/tiles"), signal);
export const getRegions = (id: string, signal: AbortSignal) =>
    get<FeatureCollection>(slidePath(id, "/regions"), signal);
export const getProgress = (id: string, signal: AbortSignal) => get<Progress>(slidePath(id, "/progress"), signal);
export const startRun = (id: string) => change("POST", slidePath(id, "/run"), "{}");
export const cancelRun = (id: string) => change("POST", slidePath(id, "/cancel"), "{}");

export interface StoredAnnotations {
    collection: FeatureCollection;
    /** Which state of the file this is; null where the server did not say. */
    etag: string | null;
}

export async function getAnnotations(id: string, signal: AbortSignal): Promise<StoredAnnotations> {
    const response = await send(slidePath(id, "/annotations"), { signal, cache: "no-store" });
    return { collection: await jsonOf<FeatureCollection>(response, { signal }), etag: response.headers.get("ETag") };
}

export interface Saved {
    saved: number;
    file: string;
    etag: string | null;
}

/** Rejects with status 412 where the file is no longer the one that `etag` names. */
export async function putAnnotations(id: string, collection: FeatureCollection, etag: string | null): Promise<Saved> {
    const headers: Record<string, string> = etag === null ? {} : { "If-Match": etag };
    const body = new Blob([JSON.stringify(collection)]);
    if (body.size > kMostAnnotationMiB * 2 ** 20)
        throw new HintedError(
            `These annotations are larger than the ${kMostAnnotationMiB} MB that can be saved.`,
            "Cells and tiles of another program make them so large: keep them in a file of their own.",
        );
    const response = await change("PUT", slidePath(id, "/annotations"), body, headers);
    const saved = (await response.json()) as { saved: number; file: string };
    return { ...saved, etag: response.headers.get("ETag") };
}
