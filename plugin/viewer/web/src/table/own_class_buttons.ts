// The buttons of one's own classes, with the keys that do the same.
import { button, html, swatch } from "../base/dom.js";
import { countText } from "../base/format.js";
import type { TableStore } from "./table_store.js";
import { ownClassText } from "./words.js";

export class OwnClassButtons {
    readonly element = html("div", { class: "own-classes", role: "group", "aria-label": "Your class" });
    private readonly buttons = new Map<string | null, HTMLButtonElement>();

    constructor(
        store: TableStore,
        private readonly name: string,
        give: (name: string | null) => void,
    ) {
        const isDisabled = store.data.label_obstacle !== null;
        const add = (own: string | null, key: string, content: (HTMLElement | string)[], label: string) => {
            const element = button(
                label,
                {
                    "aria-label": label,
                    title: `${label} (${key})`,
                    disabled: isDisabled,
                    "data-testid": `${name}-${own ?? "none"}`,
                    "aria-pressed": own === null ? null : "false",
                    onclick: () => give(own),
                },
                ...content,
                html("kbd", { "aria-hidden": "true" }, key),
            );
            this.buttons.set(own, element);
            this.element.append(element);
        };
        store.data.own_classes.forEach(({ name: own, color }, index) =>
            add(own, String(index + 1), [swatch(color), ownClassText(own)], ownClassText(own)),
        );
        add(null, "0", ["none"], "No class of yours");
    }

    /** The class of what is chosen; undefined where it has none, null where it has several. */
    show(own: string | null | undefined, count: number): void {
        for (const [name, element] of this.buttons) {
            if (name !== null) element.setAttribute("aria-pressed", String(name === own));
        }
        this.element.setAttribute(
            "aria-label",
            count > 1 ? `Your class for ${countText(count)} pictures` : "Your class",
        );
        this.element.dataset.of = this.name;
    }
}
