// What a file's JSON holds, whatever that is.

export function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

export function record(value: unknown): Record<string, unknown> {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
