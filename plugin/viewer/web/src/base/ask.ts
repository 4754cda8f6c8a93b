// A question in a modal dialog.
import { button, html } from "./dom.js";

export interface Choice<T> {
    value: T;
    text: string;
    main?: boolean;
}

/** The chosen value, or null where the dialog was closed without one. */
export function ask<T extends string>(question: string, details: string, choices: Choice<T>[]): Promise<T | null> {
    return new Promise((resolve) => {
        const dialog = html("dialog", { class: "ask", "aria-labelledby": "ask-question", "data-testid": "ask" });
        const close = (value: string) => dialog.close(value);
        dialog.append(
            html("h2", { id: "ask-question" }, question),
            html("p", {}, details),
            html(
                "div",
                { class: "choices" },
                ...choices.map(({ value, text, main }) =>
                    button(text, {
                        class: main ? "main" : null,
                        "data-testid": `ask-${value}`,
                        onclick: () => close(value),
                    }),
                ),
            ),
        );
        dialog.addEventListener("close", () => {
            dialog.remove();
            resolve(dialog.returnValue === "" ? null : (dialog.returnValue as T));
        });
        document.body.append(dialog);
        dialog.showModal();
    });
}
