// Keys of the page that is shown. The help overlay lists what is registered here, so the two cannot differ.

export interface Shortcut {
    /** `KeyboardEvent.key`, with "Ctrl+" before it where the control (or command) key is held. */
    key: string;
    /** How the help writes it, where that differs. */
    shown?: string;
    does: string;
    /** Other keys for the same, which the help does not list. */
    also?: string[];
    run: (event: KeyboardEvent) => void;
    /** Works while a text field or another control has the focus. */
    anywhere?: boolean;
    /** Where it leaves the key to others: to a slider, or to a button that has the focus. */
    unless?: (event: KeyboardEvent) => boolean;
}

const active: Shortcut[] = [];

export function registerShortcuts(shortcuts: Shortcut[], signal: AbortSignal): void {
    active.push(...shortcuts);
    signal.addEventListener(
        "abort",
        () => {
            for (const shortcut of shortcuts) active.splice(active.indexOf(shortcut), 1);
        },
        { once: true },
    );
}

export function activeShortcuts(): readonly Shortcut[] {
    return active;
}

function isTyping(target: EventTarget | null): boolean {
    if (target instanceof HTMLInputElement) return target.type === "text" || target.type === "search";
    return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function nameOf(event: KeyboardEvent): string {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return (event.ctrlKey || event.metaKey ? "Ctrl+" : "") + (event.ctrlKey && event.shiftKey ? "Shift+" : "") + key;
}

/** Keys are taken before anything on the page sees them: a shape editor would keep the delete key for itself. */
export function initShortcuts(): void {
    document.addEventListener(
        "keydown",
        (event) => {
            if (event.altKey || document.querySelector("dialog[open]")) return;
            const name = nameOf(event);
            // The last one registered wins: a page before the program.
            const shortcut = [...active]
                .reverse()
                .find(({ key, also, unless }) => (key === name || also?.includes(name)) && !unless?.(event));
            if (!shortcut || (!shortcut.anywhere && isTyping(event.target))) return;
            event.preventDefault();
            shortcut.run(event);
        },
        true,
    );
}
