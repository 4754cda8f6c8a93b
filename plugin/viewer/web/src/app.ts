// The frame of the page: the bar on top, and the list or a slide below it.
import { button, html } from "./base/dom.js";
import { showHelp } from "./base/help.js";
import { clearMessage, messageLine } from "./base/messages.js";
import { Router, slideHash, type Route } from "./base/router.js";
import { registerShortcuts } from "./base/shortcuts.js";
import { toggleTheme } from "./base/theme.js";
import { topBar } from "./base/top_bar.js";
import type { SlideDetail } from "./contract.js";
import type { BatchStore } from "./list/batch_store.js";
import { ListPage } from "./list/list_page.js";
import { defaultSettings } from "./slide/layer_settings.js";
import { SlidePage } from "./slide/slide_page.js";

type Page = ListPage | SlidePage;

export class App {
    page: Page | null = null;
    private readonly router = new Router((route) => this.show(route));
    private readonly settings = defaultSettings();
    private readonly title = html("span", { class: "title", "data-testid": "slide-name" });
    private readonly steps = html("nav", { class: "steps", "aria-label": "Slides", hidden: true });
    private readonly place = html("div", { class: "page" });
    private lastSlide: string | null = null;

    constructor(
        private readonly root: HTMLElement,
        private readonly store: BatchStore,
    ) {}

    start(signal: AbortSignal): void {
        this.root.replaceChildren(this.bar(), messageLine(), this.place);
        this.router.guard = async () => !(this.page instanceof SlidePage) || this.page.mayLeave();
        addEventListener("beforeunload", (event) => {
            if (!(this.page instanceof SlidePage) || !this.page.isDirty) return;
            event.preventDefault();
            event.returnValue = true; // what browsers asked for before 2023
        });
        registerShortcuts(
            [
                { key: "n", does: "next slide", run: () => this.step(1) },
                { key: "j", does: "previous slide", run: () => this.step(-1) },
                { key: "t", does: "light or dark", run: toggleTheme },
                { key: "?", does: "this help", run: () => showHelp(this.store.version) },
            ],
            signal,
        );
        this.router.start();
    }

    private bar(): HTMLElement {
        this.steps.append(
            html("a", { href: "#/", "data-testid": "all-slides" }, "All slides"),
            button(
                "Previous slide",
                { "data-testid": "previous", title: "Previous slide (j)", onclick: () => this.step(-1) },
                "‹",
            ),
            button("Next slide", { "data-testid": "next", title: "Next slide (n)", onclick: () => this.step(1) }, "›"),
        );
        return topBar(this.store.version, this.steps, this.title);
    }

    private show(route: Route): void {
        this.page?.end();
        clearMessage();
        const only = this.store.slides.length === 1 ? this.store.slides[0]!.id : null;
        const id = route.page === "slide" ? route.id : only;
        this.steps.hidden = id === null || only !== null;
        if (id === null) this.showList();
        else this.showSlide(id);
    }

    private showList(): void {
        const page = new ListPage(this.store, this.lastSlide);
        const isReturn = this.page !== null;
        this.page = page;
        this.title.textContent = "";
        this.place.replaceChildren(page.element);
        page.start();
        if (isReturn) void page.refresh();
    }

    private showSlide(id: string): void {
        this.lastSlide = id;
        const page = new SlidePage(id, this.settings, (slide: SlideDetail) => {
            this.title.textContent = slide.name;
        });
        this.page = page;
        this.title.textContent = "…";
        this.place.replaceChildren(page.element);
        void page.start();
    }

    private step(steps: number): void {
        const next =
            this.lastSlide !== null && this.page instanceof SlidePage && this.store.neighbour(this.lastSlide, steps);
        if (next) this.router.go(slideHash(next.id));
    }
}
