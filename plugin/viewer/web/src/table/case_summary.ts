// What the pictures of a case come to, in words.
import { countText } from "../base/format.js";
import type { Labels } from "./agreement.js";
import type { Picture } from "./table_contract.js";
import { ownClassText, statusText } from "./words.js";

function counted(counts: ReadonlyMap<string, number>): string {
    return [...counts].map(([name, count]) => `${countText(count)} ${name}`).join(", ");
}

function add(counts: Map<string, number>, name: string): void {
    counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** "12 LUAD, 3 benign, 1 unfamiliar · yours: 4 LUAD" */
export function caseSummary(pictures: readonly Picture[], labels: Labels): string {
    const model = new Map<string, number>();
    const own = new Map<string, number>();
    for (const picture of pictures) {
        if (picture.status !== null) add(model, picture.verdict ?? statusText(picture.status));
        const mine = labels.get(picture.id);
        if (mine !== undefined) add(own, ownClassText(mine));
    }
    const order = (counts: Map<string, number>) => new Map([...counts].sort((a, b) => b[1] - a[1]));
    const parts = [model.size > 0 ? counted(order(model)) : "", own.size > 0 ? `yours: ${counted(order(own))}` : ""];
    return parts.filter((part) => part !== "").join(" · ");
}
