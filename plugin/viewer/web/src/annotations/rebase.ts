// When the file was changed by another program meanwhile: what was changed here, put onto what the file holds now.
import type { Feature } from "../contract.js";

/** Annotations are the same where their ids are; those without an id where all of them is equal. */
function identity(feature: Feature): string {
    return feature.id === undefined || feature.id === null
        ? JSON.stringify(feature)
        : `id ${JSON.stringify(feature.id)}`;
}

function byIdentity(features: readonly Feature[]): Map<string, Feature> {
    return new Map(features.map((feature) => [identity(feature), feature]));
}

/**
 * `theirs` with the changes from `base` to `mine`: what was added, changed or deleted here is so in the result; all else is
 * as they left it. What both changed is as it is here; what they deleted and this page changed comes back.
 */
export function rebased(base: readonly Feature[], mine: readonly Feature[], theirs: readonly Feature[]): Feature[] {
    const before = byIdentity(base);
    const now = byIdentity(mine);
    const isChanged = (key: string, feature: Feature) => before.get(key) !== feature;
    const result: Feature[] = [];
    const placed = new Set<string>();
    for (const feature of theirs) {
        const key = identity(feature);
        placed.add(key);
        const own = now.get(key);
        if (own === undefined && before.has(key)) continue; // deleted here
        result.push(own !== undefined && isChanged(key, own) ? own : feature);
    }
    for (const [key, feature] of now) {
        if (!placed.has(key) && isChanged(key, feature)) result.push(feature);
    }
    return result;
}
