// The frame of the light table, as App is that of slides.
import { html } from "../base/dom.js";
import { showHelp } from "../base/help.js";
import { messageLine, sayError } from "../base/messages.js";
import { registerShortcuts } from "../base/shortcuts.js";
import { toggleTheme } from "../base/theme.js";
import { topBar } from "../base/top_bar.js";
import { TablePage } from "./table_page.js";
import { TableStore } from "./table_store.js";

export class TableApp {
    ready = false;

    constructor(
        private readonly root: HTMLElement,
        private readonly version: string,
    ) {}

    async start(signal: AbortSignal): Promise<void> {
        const title = html("span", { class: "title" }, "Light table");
        const place = html("div", { class: "page" }, html("p", { class: "note loading" }, "Loading the pictures …"));
        this.root.replaceChildren(topBar(this.version, title), messageLine(), place);
        registerShortcuts(
            [
                { key: "t", does: "light or dark", run: toggleTheme },
                { key: "?", does: "this help", run: () => showHelp(this.version) },
            ],
            signal,
        );
        let store: TableStore;
        try {
            store = await TableStore.load(signal);
        } catch (error) {
            place.replaceChildren(html("p", { class: "note loading" }, "The pictures cannot be listed."));
            return sayError(error);
        }
        addEventListener("beforeunload", (event) => {
            if (!store.labels.isDirty) return;
            event.preventDefault();
            event.returnValue = true; // what browsers asked for before 2023
        });
        const page = new TablePage(store);
        place.replaceChildren(page.element);
        page.start();
        this.ready = true;
    }
}
