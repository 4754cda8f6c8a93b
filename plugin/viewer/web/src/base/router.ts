// The address after '#': `#/` is the list, `#/slide/ID` a slide.

export type Route = { page: "list" } | { page: "slide"; id: string };

export function parseRoute(hash: string): Route {
    const found = /^#\/slide\/([^/]+)$/.exec(hash);
    if (!found) return { page: "list" };
    try {
        return { page: "slide", id: decodeURIComponent(found[1]!) };
    } catch {
        return { page: "list" }; // a broken escape names nothing
    }
}

export function slideHash(id: string): string {
    return `#/slide/${encodeURIComponent(id)}`;
}

export class Router {
    /** Asked before a page is left; false stays. */
    guard: () => Promise<boolean> = () => Promise.resolve(true);
    private shown = "#/";
    private asking = false;

    constructor(private readonly show: (route: Route) => void) {}

    start(): void {
        addEventListener("hashchange", () => void this.changed());
        this.shown = normalized(location.hash);
        this.show(parseRoute(this.shown));
    }

    go(hash: string): void {
        location.hash = hash;
    }

    private async changed(): Promise<void> {
        const wanted = normalized(location.hash);
        if (wanted === this.shown) return;
        // The address goes back while the question is open, so that it always names what is shown.
        history.replaceState(null, "", this.shown);
        if (this.asking) return;
        this.asking = true;
        const mayLeave = await this.guard();
        this.asking = false;
        if (!mayLeave) return;
        history.replaceState(null, "", wanted);
        this.shown = wanted;
        this.show(parseRoute(wanted));
    }
}

/** The one address of what an address means. */
function normalized(hash: string): string {
    const route = parseRoute(hash);
    return route.page === "slide" ? slideHash(route.id) : "#/";
}
