// Goes through the viewer as a user does, in a real browser, against a running `slidetype view`.
//
//   VIEWER_URL     the address that the command printed, with its token
//   CHROMIUM       path of the browser
//   ARTIFACTS      folder for a screenshot of every step (default: none are kept)
//   WEB_FOLDER     where the page's packages were installed (default: plugin/viewer/web)
//   EXPECT_SLIDES  how many slides the list must have (default: not checked)
//   SCORING        if set, only the scoring of a slide that has no result is looked at
//   LIGHT_TABLE    if set, pictures are looked at in place of slides: "scored", "unscored" or "read-only"
//   LABELS         where the classes go that are given to pictures
//
// Needs the viewer's node_modules (`npm ci` in plugin/viewer/web) and at least one scored slide with pixels. It draws on that
// slide, saves, and deletes what it drew. Exits with 0 where all checks hold, with 1 where one does not.
import assert from "node:assert/strict";
import { listChecks } from "./checks_list.mjs";
import { annotationFileChecks } from "./checks_annotation_files.mjs";
import { lightTableChecks, readOnlyChecks, unscoredChecks } from "./checks_light_table.mjs";
import { correctionChecks } from "./checks_corrections.mjs";
import { scoringChecks } from "./checks_scoring.mjs";
import { slideChecks } from "./checks_slide.mjs";
import { Visitor } from "./visitor.mjs";

const visitor = await Visitor.open({
    url: process.env.VIEWER_URL,
    chromium: process.env.CHROMIUM ?? "/usr/bin/chromium",
    artifacts: process.env.ARTIFACTS,
});
const expected = process.env.EXPECT_SLIDES === undefined ? null : Number(process.env.EXPECT_SLIDES);

try {
    if (process.env.SCORING) {
        await scoringChecks(visitor);
    } else if (process.env.LIGHT_TABLE) {
        const checks = { scored: lightTableChecks, unscored: unscoredChecks, "read-only": readOnlyChecks };
        await checks[process.env.LIGHT_TABLE](visitor, process.env.LABELS);
    } else {
        await listChecks(visitor, expected);
        await slideChecks(visitor);
        await correctionChecks(visitor);
        await annotationFileChecks(visitor);
    }
    await visitor.check("nothing was said on the console, and no other origin was asked", () => {
        assert.deepEqual(visitor.complaints, []);
        assert.deepEqual(visitor.foreignRequests, []);
    });
} finally {
    await visitor.close();
}
process.exitCode = visitor.failures === 0 ? 0 : 1;
console.log(
    visitor.failures === 0
        ? `All ${visitor.checks} checks hold.`
        : `${visitor.failures} of ${visitor.checks} checks failed.`,
);
