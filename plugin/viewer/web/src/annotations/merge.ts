// The annotations of a file, put among those that are there.
import type { Feature } from "../contract.js";
import { newId } from "./feature.js";

export interface Merged {
    features: Feature[];
    replaced: number;
}

function idOf(feature: Feature): string | null {
    return feature.id === undefined || feature.id === null ? null : JSON.stringify(feature.id);
}

/** Ids that stand for one feature; those that several share tell nothing. */
function places(features: readonly Feature[]): Map<string, number> {
    const found = new Map<string, number>();
    const doubled = new Set<string>();
    features.forEach((feature, place) => {
        const id = idOf(feature);
        if (id === null) return;
        if (found.has(id)) doubled.add(id);
        found.set(id, place);
    });
    for (const id of doubled) found.delete(id);
    return found;
}

/** Features whose id is there take that place; all others come last, with a new id where they have none of their own. */
export function merged(present: readonly Feature[], loaded: readonly Feature[]): Merged {
    const there = places(present);
    const own = places(loaded);
    const features = [...present];
    let replaced = 0;
    for (const feature of loaded) {
        const id = idOf(feature);
        const isOwn = id !== null && own.has(id);
        const place = isOwn ? there.get(id) : undefined;
        if (place === undefined) {
            features.push(isOwn ? feature : { ...feature, id: newId() });
        } else {
            features[place] = feature;
            ++replaced;
        }
    }
    return { features, replaced };
}
