import { svg } from "../base/dom.js";
import type { SlideView } from "./slide_view.js";

/** An SVG over the slide. Groups that are added are in level-0 pixels. */
export class SvgOverlay {
    /** Annotorious styles what is in an element of this class, and gives it the focus while a shape is edited. */
    readonly element = svg("svg", { class: "a9s-annotationlayer shapes", tabindex: -1 });
    private readonly groups: SVGGElement[] = [];
    private readonly followers = new Set<(scale: number) => void>();

    constructor(private readonly view: SlideView) {
        // What is pressed on a handle must not move the slide; the wheel still reaches it.
        this.element.addEventListener("pointerdown", (event) => event.stopPropagation());
        view.layers.append(this.element);
        view.onMove(() => this.place());
    }

    group(name: string): SVGGElement {
        const group = svg("g", { class: name });
        this.groups.push(group);
        this.element.append(group);
        this.place();
        return group;
    }

    /** Tells screen pixels per level-0 pixel whenever they change. */
    onScale(follower: (scale: number) => void, signal: AbortSignal): void {
        this.followers.add(follower);
        signal.addEventListener("abort", () => this.followers.delete(follower), { once: true });
    }

    private place(): void {
        const { x, y, scale } = this.view.placement();
        for (const group of this.groups) group.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
        for (const follower of this.followers) follower(scale);
    }
}
