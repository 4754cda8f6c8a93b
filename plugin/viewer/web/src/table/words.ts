// Pictures, statuses and classes in words.
import { probabilityText } from "../base/format.js";
import { kBenign, kVotes, type Picture } from "./table_contract.js";

const kStatuses: Record<string, string> = {
    [kVotes]: "votes",
    [kBenign]: "benign",
    unfamiliar: "unfamiliar",
    read_error: "unreadable",
    background: "hardly any tissue",
};

/** What `Ignore*` is for: the name is that of QuPath, as for areas of slides. */
export function ownClassText(name: string): string {
    return name === "Ignore*" ? "leave out" : name;
}

export function statusText(status: string | null): string {
    if (status === null) return "not scored";
    return kStatuses[status] ?? status.replaceAll("_", " ");
}

/** "LUAD 0.97", "unfamiliar", or nothing where nothing was scored. */
export function verdictText(picture: Picture): string {
    if (picture.status === null) return "";
    if (picture.verdict === null) return statusText(picture.status);
    return picture.certainty === null ? picture.verdict : `${picture.verdict} ${probabilityText(picture.certainty)}`;
}

/** A name on one line: signs that break lines or ring bells are shown as signs. */
export function shownName(name: string): string {
    return name.replace(/[\u0000-\u001f\u007f]/g, (sign) =>
        sign === "\u007f" ? "\u2421" : String.fromCharCode(0x2400 + sign.charCodeAt(0)),
    );
}

export function fileName(name: string): string {
    return shownName(name.slice(name.lastIndexOf("/") + 1));
}

export function caseText(name: string): string {
    return name === "" ? "In no folder of its own" : shownName(name);
}

/** All of a picture in one sentence, for screen readers. */
export function spokenText(picture: Picture, own: string | undefined): string {
    const model = picture.status === null ? "not scored" : verdictText(picture);
    const reason = picture.reason === null ? "" : `, ${picture.reason}`;
    const mine = own === undefined ? "no class of yours" : `yours: ${ownClassText(own)}`;
    return `${fileName(picture.name)}, ${model}${reason}, ${mine}`;
}
