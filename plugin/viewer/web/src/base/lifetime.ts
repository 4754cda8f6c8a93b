/** What a page or layer has to undo when it goes: listeners, requests, timers. */
export class Lifetime {
    private readonly controller = new AbortController();

    /** Aborts at the end; for requests and for `addEventListener`. */
    get signal(): AbortSignal {
        return this.controller.signal;
    }

    get ended(): boolean {
        return this.controller.signal.aborted;
    }

    atEnd(undo: () => void): void {
        if (this.ended) undo();
        else this.controller.signal.addEventListener("abort", undo, { once: true });
    }

    listen<K extends keyof WindowEventMap>(
        target: Window | Document | Element,
        type: K,
        handler: (event: WindowEventMap[K]) => void,
        capture = false,
    ): void {
        target.addEventListener(type, handler as EventListener, { capture, signal: this.signal });
    }

    end(): void {
        this.controller.abort();
    }
}

/** Whether an error only says that its page is gone. */
export function isAbort(error: unknown): boolean {
    return error instanceof DOMException && error.name === "AbortError";
}

/** Waits, or ends early when the signal aborts (then it rejects as an aborted request does). */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener(
            "abort",
            () => {
                clearTimeout(timer);
                reject(new DOMException("aborted", "AbortError"));
            },
            { once: true },
        );
    });
}
