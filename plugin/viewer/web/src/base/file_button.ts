// A button that asks for a local file. Nothing is sent anywhere: the file goes to `onFile`.
import { button, html, type Attributes } from "./dom.js";

export interface FileButton {
    readonly button: HTMLButtonElement;
    /** Hidden; it has to be in the page beside the button. */
    readonly input: HTMLInputElement;
}

export function fileButton(
    label: string,
    attributes: Attributes,
    inputAttributes: Attributes,
    onFile: (file: File) => void,
): FileButton {
    const input = html("input", { type: "file", hidden: true, ...inputAttributes });
    input.addEventListener("change", () => {
        const file = input.files?.[0];
        input.value = ""; // so that the same file can be chosen again
        if (file) onFile(file);
    });
    return { button: button(label, { ...attributes, onclick: () => input.click() }), input };
}
