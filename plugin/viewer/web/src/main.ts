import "./styles/main.css";
import { App } from "./app.js";
import { html } from "./base/dom.js";
import { Lifetime } from "./base/lifetime.js";
import { messageLine, sayError } from "./base/messages.js";
import { initShortcuts } from "./base/shortcuts.js";
import { initTheme } from "./base/theme.js";
import { BatchStore } from "./list/batch_store.js";
import { TableApp } from "./table/table_app.js";
import { installHooks, installTableHooks } from "./test_hooks.js";

async function main(): Promise<void> {
    initTheme();
    initShortcuts();
    const root = document.getElementById("app")!;
    const page = new Lifetime(); // as long as the window shows it
    const store = new BatchStore();
    try {
        await store.load(page.signal);
    } catch (error) {
        root.replaceChildren(messageLine(), html("p", { class: "note" }, "The slides cannot be listed."));
        sayError(error);
        return;
    }
    if (store.hasPictures) {
        const table = new TableApp(root, store.version);
        installTableHooks(table);
        await table.start(page.signal);
        return;
    }
    const app = new App(root, store);
    installHooks(app);
    app.start(page.signal);
}

void main();
