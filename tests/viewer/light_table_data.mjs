// Pictures for the light table, and an output folder as `slidetype score` leaves it.
//   node light_table_data.mjs FOLDER COUNT   makes FOLDER/pictures (in cases) and FOLDER/out (their scores)
import { Buffer } from "node:buffer";
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const kEdge = 40;

/** A BMP file of 24 bits: stripes on one colour. */
function bmp([red, green, blue], width = kEdge, height = kEdge) {
    const line = Math.ceil((width * 3) / 4) * 4;
    const file = Buffer.alloc(54 + line * height);
    file.write("BM");
    file.writeUInt32LE(file.length, 2);
    file.writeUInt32LE(54, 10);
    file.writeUInt32LE(40, 14);
    file.writeInt32LE(width, 18);
    file.writeInt32LE(height, 22);
    file.writeUInt16LE(1, 26);
    file.writeUInt16LE(24, 28);
    for (let y = 0; y < height; ++y) {
        for (let x = 0; x < width; ++x) {
            const dark = (x >> 2) % 3 === 0 ? 0.7 : 1;
            [blue, green, red].forEach((value, c) => (file[54 + y * line + x * 3 + c] = value * dark));
        }
    }
    return file;
}

/** As RFC 4180 has it. */
const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const [folder, countText] = process.argv.slice(2);
const count = Number(countText);
const pictures = path.join(folder, "pictures");
const out = path.join(folder, "out");
mkdirSync(pictures, { recursive: true });
mkdirSync(out, { recursive: true });
const kinds = [
    ["blue.bmp", [120, 90, 200]],
    ["pink.bmp", [220, 120, 180]],
    ["pale.bmp", [240, 220, 235]],
].map(([name, colour]) => {
    const file = path.join(folder, name);
    writeFileSync(file, bmp(colour));
    return file;
});

const names = Array.from({ length: count }, (_, k) => `case ${1 + Math.floor((k * 20) / count)}/field ${k + 1}.bmp`);
names.push("case 1/<img src=x onerror=alert(1)>.bmp", 'case 2/line\nbreak, "quoted".bmp');
const lines = names.map((name, k) => {
    const file = path.join(pictures, name);
    mkdirSync(path.dirname(file), { recursive: true });
    linkSync(kinds[k % kinds.length], file); // so that ten thousand take no room
    const p = (((k * 37) % 500) + 1) / 502; // P(LUSC), never one half
    const status = k % 50 === 7 ? "unfamiliar" : k % 20 === 3 ? "benign" : "ok";
    const reason = {
        ok: "",
        unfamiliar: "It is unlike what the model knows.",
        benign: "It does not look like tumour.",
    };
    const fields = [name, path.dirname(name), kEdge, kEdge, status, status === "ok" ? (p > 0.5 ? "LUSC" : "LUAD") : ""];
    fields.push((1 - p).toFixed(6), p.toFixed(6), status === "benign" ? "0.020000" : "0.950000", "0.400000");
    fields.push(reason[status], "0.500000", "assumed", 1, status === "ok" ? 1 : 0, "", "");
    return fields.map((value) => field(String(value))).join(",");
});
const cut = "case 1/zz cut.bmp";
writeFileSync(path.join(pictures, cut), bmp([9, 9, 9]).subarray(0, 400));
lines.push(`${cut},case 1,,,read_error,,,,,,The file ends too early.,,,,,,`);
const header =
    "file,case,width,height,status,class,prob_LUAD,prob_LUSC,prob_tumour,strangeness,reason," +
    "spacing_um_px,scale,tiles,voting_tiles,heatmap,note";
writeFileSync(path.join(out, "scores.csv"), [header, ...lines, ""].join("\n"));
writeFileSync(path.join(out, "summary.json"), JSON.stringify({ root: pictures, model: { name: "compact" } }));
