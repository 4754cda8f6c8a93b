// One picture on the light table: its thumbnail, what the model says, and one's own class.
import { cssColor, html, swatch } from "../base/dom.js";
import { agrees } from "./agreement.js";
import { pictureThumbnailUrl } from "./table_api.js";
import type { Picture } from "./table_contract.js";
import type { TableStore } from "./table_store.js";
import { caseText, fileName, ownClassText, shownName, spokenText, verdictText } from "./words.js";

/** A card that is only scrolled past asks for no picture. */
const kThumbnailDelayMs = 60;

export const cardId = (picture: Picture) => `picture-${picture.id}`;

function thumbnail(picture: Picture): HTMLElement {
    const place = html("span", { class: "card-picture" });
    const missing = (text: string) => place.replaceChildren(html("span", { class: "no-thumbnail dim" }, text));
    if (!picture.there) {
        missing("not there");
        return place;
    }
    const image = html("img", { alt: "", decoding: "async", draggable: "false" });
    image.addEventListener("error", () => missing("cannot be shown"));
    place.append(image);
    setTimeout(() => {
        if (place.isConnected) image.src = pictureThumbnailUrl(picture.id);
    }, kThumbnailDelayMs);
    return place;
}

/** The class that was given, and whether the model says another. */
export function ownBadge(store: TableStore, picture: Picture): HTMLElement | null {
    const own = store.labels.labels.get(picture.id);
    if (own === undefined) return null;
    const differs = agrees(picture, own) === false;
    const badge = html(
        "span",
        { class: differs ? "own-badge differs" : "own-badge", title: differs ? "The model says otherwise" : null },
        swatch(store.color(own)),
        ownClassText(own),
        differs && html("span", { class: "sign", "aria-hidden": "true" }, "≠"),
    );
    return badge;
}

function verdict(store: TableStore, picture: Picture): HTMLElement {
    const line = html("span", { class: "card-verdict" });
    if (picture.status === null) return line;
    if (picture.verdict === null) {
        line.classList.add("silent");
    } else {
        line.append(swatch(store.color(picture.verdict)));
    }
    line.append(verdictText(picture));
    return line;
}

function certaintyBar(store: TableStore, picture: Picture): HTMLElement {
    const bar = html("span", { class: "certainty", "aria-hidden": "true" });
    if (picture.verdict === null || picture.certainty === null) return bar;
    const part = html("span", {});
    part.style.width = `${Math.round(picture.certainty * 100)}%`;
    part.style.backgroundColor = cssColor(store.color(picture.verdict));
    bar.append(part);
    return bar;
}

/** Why it does not vote; else its case, where that is no heading. */
function thirdLine(store: TableStore, picture: Picture): HTMLElement | null {
    if (picture.reason !== null) return html("span", { class: "card-reason", title: picture.reason }, picture.reason);
    if (store.cases.length < 2 || store.settings.value.apart) return null;
    return html("span", { class: "card-reason dim" }, caseText(picture.caseName));
}

export function card(store: TableStore, picture: Picture): HTMLElement {
    const element = html(
        "div",
        {
            class: "card",
            role: "gridcell",
            id: cardId(picture),
            tabindex: -1,
            title: shownName(picture.name),
            "data-testid": "card",
            "data-id": picture.id,
        },
        thumbnail(picture),
        store.data.scored && certaintyBar(store, picture),
        store.data.scored && verdict(store, picture),
        html("span", { class: "card-name dim" }, fileName(picture.name)),
        thirdLine(store, picture),
    );
    refreshCard(store, picture, element);
    return element;
}

/** After a change of one's own class. */
export function refreshCard(store: TableStore, picture: Picture, element: HTMLElement): void {
    element.querySelector(".own-badge")?.remove();
    const badge = ownBadge(store, picture);
    if (badge) element.append(badge);
    element.classList.toggle("labelled", badge !== null);
    element.setAttribute("aria-label", spokenText(picture, store.labels.labels.get(picture.id)));
}
