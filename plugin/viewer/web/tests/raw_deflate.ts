// Node before version 21.2 knows gzip alone, where every browser of the last years unpacks zip archives, too. What Node lacks is
// made here of its own zlib, so that the page's reader of archives is tested with any of them.
import { Duplex } from "node:stream";
import { createInflateRaw } from "node:zlib";

// Node has it since version 17, the types of version 18 do not.
const { toWeb } = Duplex as unknown as {
    toWeb(stream: Duplex): { readable: ReadableStream; writable: WritableStream };
};
const Native = globalThis.DecompressionStream;

function knowsRawDeflate(): boolean {
    try {
        return new Native("deflate-raw" as CompressionFormat) !== undefined;
    } catch {
        return false;
    }
}

class WithRawDeflate {
    readonly readable: ReadableStream;
    readonly writable: WritableStream;

    constructor(format: string) {
        const pair = format === "deflate-raw" ? toWeb(createInflateRaw()) : new Native(format as CompressionFormat);
        this.readable = pair.readable;
        this.writable = pair.writable;
    }
}

if (!knowsRawDeflate()) globalThis.DecompressionStream = WithRawDeflate as unknown as typeof DecompressionStream;
