// Scoring a slide that has no result yet.
import { cancelRun, getProgress, startRun } from "../base/api.js";
import { button, html } from "../base/dom.js";
import { countText } from "../base/format.js";
import { isAbort, pause } from "../base/lifetime.js";
import { say, sayError, sayProblem } from "../base/messages.js";
import type { Progress, SlideDetail } from "../contract.js";

const kStages: Record<Progress["stage"], string> = {
    open: "Opening the slide",
    tissue: "Looking for tissue",
    score: "Scoring",
};
const kPollMs = 1000;

export interface RunHandlers {
    /** More tiles may be scored. */
    onProgress(): Promise<void>;
    onEnd(): Promise<void>;
}

export function progressText({ state, stage, done, total }: Progress): string {
    if (state === "queued") return "Waiting for its turn";
    return total > 0 ? `${kStages[stage]}: ${countText(done)} of ${countText(total)}` : kStages[stage];
}

export class RunPanel {
    readonly element = html("section", { class: "run", "aria-label": "Scoring", hidden: true });
    private readonly start: HTMLButtonElement;
    private readonly cancel: HTMLButtonElement;
    private readonly bar = html("progress", {});
    private readonly words = html("span", { "aria-live": "polite" });
    private readonly progress = html("div", { class: "progress", "data-testid": "progress", hidden: true });
    private following = false;

    constructor(
        private readonly id: string,
        private readonly handlers: RunHandlers,
        private readonly signal: AbortSignal,
    ) {
        this.start = button("Score this slide", {
            class: "main",
            "data-testid": "run",
            onclick: () => void this.run(),
        });
        this.cancel = button("Cancel", { "data-testid": "cancel", onclick: () => void this.stop() });
        this.progress.append(this.words, this.bar, this.cancel);
        this.element.append(this.start, this.progress);
    }

    show(slide: SlideDetail): void {
        const isRunning = slide.state === "running";
        this.start.hidden = isRunning || !slide.can_run || slide.state === "scored";
        this.start.textContent = slide.state === "failed" ? "Try again" : "Score this slide";
        this.element.hidden = this.start.hidden && !isRunning;
        if (isRunning) void this.follow();
    }

    private async run(): Promise<void> {
        this.start.disabled = true;
        try {
            await startRun(this.id);
            this.start.hidden = true;
            await this.follow();
        } catch (error) {
            sayError(error, "Not started");
        } finally {
            this.start.disabled = false;
        }
    }

    private async stop(): Promise<void> {
        this.cancel.disabled = true;
        try {
            await cancelRun(this.id);
        } catch (error) {
            sayError(error, "Not cancelled");
        }
    }

    private async follow(): Promise<void> {
        if (this.following) return;
        this.following = true;
        this.cancel.disabled = false;
        this.progress.hidden = false;
        try {
            const last = await this.poll();
            this.progress.hidden = true;
            await this.handlers.onEnd();
            if (last.state === "done") say("Scored.");
            if (last.state === "cancelled") say("Cancelled.");
            if (last.state === "failed") sayProblem(last.error?.message ?? "Scoring failed.", last.error?.hint ?? "");
        } catch (error) {
            if (!isAbort(error)) this.progress.hidden = true;
            sayError(error);
        } finally {
            this.following = false;
        }
    }

    private async poll(): Promise<Progress> {
        let shown = -1;
        for (;;) {
            const progress = await getProgress(this.id, this.signal);
            if (progress.state !== "queued" && progress.state !== "running") return progress;
            this.words.textContent = progressText(progress);
            if (progress.total > 0) {
                this.bar.max = progress.total;
                this.bar.value = progress.done;
            } else {
                this.bar.removeAttribute("value");
            }
            const begun = performance.now();
            if (progress.stage === "score" && progress.done !== shown) await this.tellProgress();
            shown = progress.done;
            // Large slides take a while to send: never ask for tiles most of the time.
            await pause(Math.max(kPollMs, 2 * (performance.now() - begun)), this.signal);
        }
    }

    /** Tiles that do not come this time come with the next step. */
    private async tellProgress(): Promise<void> {
        try {
            await this.handlers.onProgress();
        } catch (error) {
            if (isAbort(error)) throw error;
        }
    }
}
