/** What this browser remembers between visits. Private windows may refuse to; then it lasts as long as the page. */

const PREFIX = "troubadour.";

export function stored<T>(place: string, otherwise: T): T {
  try {
    const text = localStorage.getItem(PREFIX + place);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function store(place: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + place, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the page works without it.
  }
}
