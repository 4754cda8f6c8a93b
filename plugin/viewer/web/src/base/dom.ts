// Elements without markup: text can only become text nodes, and nothing here writes a style attribute, so untrusted names
// stay text and the page's content security policy holds.

export type Child = Node | string | null | undefined | false;
type AttributeValue = string | number | boolean | null | undefined;
type Handlers = {
    [K in keyof GlobalEventHandlersEventMap as `on${K}`]?: (event: GlobalEventHandlersEventMap[K]) => void;
};
export type Attributes = { [name: string]: AttributeValue | ((event: never) => void) } & Handlers;

function apply(element: Element, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") {
            element.addEventListener(name.slice(2), value as EventListener);
        } else if (value === true) {
            element.setAttribute(name, "");
        } else if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(name, String(value));
        }
    }
}

function append(element: Element, children: Child[]): void {
    for (const child of children) if (child) element.append(child);
}

export function html<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes: Attributes = {},
    ...children: Child[]
): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    apply(element, attributes);
    append(element, children);
    return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
    tag: K,
    attributes: Attributes = {},
    ...children: Child[]
): SVGElementTagNameMap[K] {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    apply(element, attributes);
    append(element, children);
    return element;
}

export function button(label: string, attributes: Attributes, ...children: Child[]): HTMLButtonElement {
    const content = children.length > 0 ? children : [label];
    const named = children.length > 0 ? { "aria-label": label, title: label } : {};
    return html("button", { type: "button", ...named, ...attributes }, ...content);
}

export function options(select: HTMLSelectElement, entries: [value: string, text: string][], chosen: string): void {
    select.replaceChildren(
        ...entries.map(([value, text]) => html("option", { value, selected: value === chosen }, text)),
    );
    select.value = chosen;
}

export function cssColor([red, green, blue]: readonly number[]): string {
    return `rgb(${red} ${green} ${blue})`;
}

/** A square of a colour. */
export function swatch(color: readonly number[]): HTMLElement {
    const element = html("span", { class: "swatch", "aria-hidden": "true" });
    element.style.backgroundColor = cssColor(color);
    return element;
}
