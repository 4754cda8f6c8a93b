// The keys of the light table, as `?` lists them.
import type { Shortcut } from "../base/shortcuts.js";
import type { TableStore } from "./table_store.js";
import { ownClassText } from "./words.js";

export interface KeyActions {
    /** Whether the focus is on something that works by these keys itself. */
    isElsewhere: (event: KeyboardEvent) => boolean;
    move: (key: string, extend: boolean) => void;
    toggleLarge: () => void;
    give: (name: string | null) => void;
    undo: () => void;
    nextUnlabelled: () => void;
    nextDiffering: () => void;
    toggleSize: () => void;
    escape: () => void;
    search: () => void;
}

const kArrows = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"] as const;

export function tableShortcuts({ data }: TableStore, actions: KeyActions): Shortcut[] {
    const move = (shown: string, does: string, key: string, ...also: string[]): Shortcut => ({
        key,
        also,
        shown,
        does,
        run: (event) => actions.move(event.key, event.shiftKey),
        unless: actions.isElsewhere,
    });
    const classes = data.own_classes.map(
        ({ name }, index): Shortcut => ({
            key: String(index + 1),
            does: `your class: ${ownClassText(name)}`,
            run: () => actions.give(name),
        }),
    );
    return [
        move("← → ↑ ↓", "from picture to picture; with Shift several at once", ...kArrows),
        move("Page ↓ ↑", "a screen on or back", "PageDown", "PageUp"),
        move("Home End", "first and last picture", "Home", "End"),
        {
            key: "Enter",
            also: [" "],
            does: "large, and back",
            run: actions.toggleLarge,
            unless: (event) => event.target instanceof HTMLButtonElement || actions.isElsewhere(event),
        },
        ...classes,
        {
            key: "0",
            also: ["Backspace", "Delete"],
            shown: "0 ⌫",
            does: "take your class back",
            run: () => actions.give(null),
        },
        { key: "Ctrl+z", shown: "Ctrl Z", does: "undo what you did last", run: actions.undo },
        { key: "u", does: "next picture without a class of yours", run: actions.nextUnlabelled },
        ...(data.scored
            ? [{ key: "d", does: "next picture where you and the model differ", run: actions.nextDiffering }]
            : []),
        { key: "z", does: "large view: actual size, and back", run: actions.toggleSize },
        { key: "Escape", shown: "Esc", does: "back to all pictures", run: actions.escape, anywhere: true },
        { key: "/", does: "filter by name or reason", run: actions.search },
    ];
}
