/** Who is at the page: the account's credits, the singers on offer, and the one notice that is shown. */
import { signal } from "@preact/signals";
import { admitted, ApiError, getCredits, getVoices, type Credits, type Voice } from "../api/client.ts";

export interface Notice {
  readonly kind: "error" | "news";
  readonly text: string;
  readonly advice: string;
}

export const credits = signal<Credits | null>(null);
export const voices = signal<readonly Voice[]>([]);
export const notice = signal<Notice | null>(null);

export function tell(text: string): void {
  notice.value = { kind: "news", text, advice: "" };
}

/** Shows an error once; a missing key is answered by the box that asks for it. */
export function complain(error: unknown): void {
  if (error instanceof ApiError && error.status === 401) return;
  const advice = error instanceof ApiError ? error.advice : "Load the page again.";
  notice.value = { kind: "error", text: error instanceof Error ? error.message : String(error), advice };
}

export async function refreshCredits(): Promise<void> {
  try {
    credits.value = await getCredits();
    admitted.value = true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) credits.value = null;
    else complain(error);
  }
}

export async function loadVoices(): Promise<void> {
  voices.value = await getVoices().catch(() => []);
}
