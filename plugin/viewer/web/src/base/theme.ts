import { button } from "./dom.js";

const kStored = "slidetype-theme";
type Theme = "light" | "dark";

function systemTheme(): Theme {
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function storedTheme(): Theme | null {
    try {
        const stored = localStorage.getItem(kStored);
        return stored === "light" || stored === "dark" ? stored : null;
    } catch {
        return null; // storage is refused: the system decides
    }
}

function apply(theme: Theme): void {
    document.documentElement.dataset.theme = theme;
}

/** Shows the stored theme, else the system's, and follows the system until the user chooses. */
export function initTheme(): void {
    apply(storedTheme() ?? systemTheme());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
        if (!storedTheme()) apply(systemTheme());
    });
}

export function toggleTheme(): void {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply(theme);
    try {
        localStorage.setItem(kStored, theme);
    } catch {
        // It holds for this page then.
    }
}

export function themeButton(): HTMLButtonElement {
    return button("Theme", { "data-testid": "theme", title: "Light or dark (t)", onclick: toggleTheme });
}
