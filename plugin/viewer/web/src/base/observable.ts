/** A value that others follow. */
export class Observable<T> {
    private readonly followers = new Set<(value: T) => void>();

    constructor(private current: T) {}

    get value(): T {
        return this.current;
    }

    set(value: T): void {
        if (Object.is(value, this.current)) return;
        this.current = value;
        for (const follower of [...this.followers]) follower(value);
    }

    /** Changes some members of a value that is an object. */
    patch(changes: Partial<T>): void {
        this.set({ ...this.current, ...changes });
    }

    /** Calls at once and on every change, until the signal aborts. */
    follow(follower: (value: T) => void, signal: AbortSignal): void {
        if (signal.aborted) return;
        this.followers.add(follower);
        signal.addEventListener("abort", () => this.followers.delete(follower), { once: true });
        follower(this.current);
    }
}
