/** What went wrong in words for the user, and what to do about it. */
export class HintedError extends Error {
    constructor(
        message: string,
        readonly hint: string,
    ) {
        super(message);
    }
}
