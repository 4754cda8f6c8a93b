// Files as QuPath and others export them: plain, gzip, or a zip archive of one file. Which, their first bytes tell.
import { HintedError } from "../base/hinted_error.js";
import { kMostAnnotationMiB } from "../contract.js";

const kMostBytes = kMostAnnotationMiB * 2 ** 20;
const kGzip = 0x8b1f;
const kZip = 0x4b50;

export class TooLarge extends Error {}

/** All that a stream gives, as long as that is no more than may be annotations. */
async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    const reader = stream.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
        size += step.value.length;
        if (size > kMostBytes) {
            void reader.cancel();
            throw new TooLarge();
        }
        parts.push(step.value);
    }
    return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function inflated(bytes: Uint8Array, format: "gzip" | "deflate-raw"): Promise<Uint8Array> {
    const unpacking = new DecompressionStream(format as CompressionFormat);
    return collected(new Blob([bytes as BlobPart]).stream().pipeThrough(unpacking));
}

/** Where members of a gzip file may end: where one may begin, and at the file's end. */
function possibleEnds(bytes: Uint8Array): number[] {
    const ends: number[] = [];
    for (let k = bytes.indexOf(0x1f, 1); k >= 0; k = bytes.indexOf(0x1f, k + 1))
        if (bytes[k + 1] === 0x8b && bytes[k + 2] === 8 && bytes[k + 3]! < 0x20) ends.push(k);
    return [...ends, bytes.length];
}

/** The first of `ends` up to which there is a whole member, with what is in it. */
async function memberIn(bytes: Uint8Array, from: number, ends: readonly number[]) {
    for (const end of ends) {
        try {
            return { end, content: await inflated(bytes.subarray(from, end), "gzip") };
        } catch (error) {
            if (error instanceof TooLarge) throw error;
        }
    }
    throw new Error("is damaged");
}

/** Browsers unpack the first member of a gzip file and refuse the others that it may have; so each goes by itself. */
async function gunzipped(bytes: Uint8Array): Promise<Uint8Array> {
    const ends = possibleEnds(bytes);
    const contents: Uint8Array[] = [];
    let size = 0;
    for (let from = 0; from < bytes.length; ) {
        // Most files have one member, so all is tried first.
        const left = from === 0 ? [bytes.length, ...ends] : ends.filter((end) => end > from);
        const { end, content } = await memberIn(bytes, from, left);
        from = end;
        size += content.length;
        if (size > kMostBytes) throw new TooLarge();
        contents.push(content);
    }
    return new Uint8Array(await new Blob(contents as BlobPart[]).arrayBuffer());
}

interface Member {
    name: string;
    method: number;
    packed: number;
    header: number;
    isLockedAway: boolean;
}

/** Folders, and what macOS puts beside every file. */
function isNoFile({ name }: Member): boolean {
    const base = name.slice(name.lastIndexOf("/") + 1);
    return base === "" || base === ".DS_Store" || base.startsWith("._") || name.startsWith("__MACOSX/");
}

/** What the directory at the archive's end lists (PKWARE's APPNOTE; numbers little-endian). */
function membersOf(view: DataView): Member[] {
    const last = view.byteLength - 22;
    let end = last;
    while (end >= 0 && end > last - 0xffff && view.getUint32(end, true) !== 0x06054b50) --end;
    const members: Member[] = [];
    let at = view.getUint32(end + 16, true);
    for (let left = view.getUint16(end + 10, true); left > 0; --left) {
        const length = view.getUint16(at + 28, true);
        members.push({
            name: new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, length)),
            isLockedAway: (view.getUint16(at + 8, true) & 1) !== 0,
            method: view.getUint16(at + 10, true),
            packed: view.getUint32(at + 20, true),
            header: view.getUint32(at + 42, true),
        });
        at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    return members;
}

async function unzipped(bytes: Uint8Array, file: string): Promise<Uint8Array> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const files = membersOf(view).filter((member) => !isNoFile(member));
    const named = files.length > 1 ? files.filter(({ name }) => /\.(geo)?json$/i.test(name)) : files;
    const [member] = named;
    if (named.length !== 1 || member!.isLockedAway)
        throw new HintedError(
            member?.isLockedAway
                ? `${file} has a password.`
                : `${file} is a zip archive of ${named.length === 0 ? "no" : named.length} GeoJSON files.`,
            "Unpack it, and load the file that is meant.",
        );
    const { header, packed, method } = member!;
    const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    if (from + packed > bytes.length) throw new Error("ends too soon");
    const data = bytes.subarray(from, from + packed);
    return method === 0 ? data : inflated(data, "deflate-raw");
}

async function unpacked(bytes: Uint8Array, file: string): Promise<Uint8Array> {
    const begin = bytes[0]! + 256 * bytes[1]!;
    if (begin !== kGzip && begin !== kZip) return bytes;
    try {
        return begin === kGzip ? await gunzipped(bytes) : await unzipped(bytes, file);
    } catch (error) {
        if (error instanceof HintedError || error instanceof TooLarge) throw error;
        throw new HintedError(
            `${file} is compressed, and cannot be unpacked.`,
            "It may be damaged: export it again, or unpack it first.",
        );
    }
}

/** Programs of Windows write UTF-16, or their own code page. */
function decoded(bytes: Uint8Array): string {
    const begin = bytes[0]! + 256 * bytes[1]!;
    if (begin === 0xfeff) return new TextDecoder("utf-16le").decode(bytes);
    if (begin === 0xfffe) return new TextDecoder("utf-16be").decode(bytes);
    try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
        return new TextDecoder("windows-1252").decode(bytes);
    }
}

/** The text of a file; `bytes` are what it holds. */
export async function textOf(bytes: Uint8Array, file: string): Promise<string> {
    return decoded(await unpacked(bytes, file));
}
