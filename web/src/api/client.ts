/** The public API, called as any client would call it. Signed in by cookie, or by a key that its owner pasted. */
import { signal } from "@preact/signals";
import { stored, store } from "../state/memory.ts";
import { number, readSong, readSongs, readTask, type Song, type TaskAnswer } from "./shapes.ts";
import type { Body } from "../logic/draft.ts";

const KEY_PLACE = "api-key";
const origin = location.origin;

/** The pasted key, or "" when the cookie speaks. */
export const apiKey = signal(stored(KEY_PLACE, ""));
/** False once the server has refused us for want of a key. */
export const admitted = signal(true);

export function useKey(key: string): void {
  apiKey.value = key;
  store(KEY_PLACE, key);
  admitted.value = true;
}

/** What the server (or the lack of it) said, and what the person at the page can do about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly advice: string;
  readonly retryAfterS: number | null;

  constructor(status: number, type: string, message: string, retryAfterS: number | null = null) {
    super(message);
    this.status = status;
    this.type = type;
    this.retryAfterS = retryAfterS;
    this.advice = advise(status, type, message);
  }
}

function advise(status: number, type: string, message: string): string {
  const lacksCredit = /credit/i.test(type) || (/credit/i.test(message) && (status === 402 || status === 403));
  if (status === 0) return "Is the server still running? The page tries again by itself once it is back.";
  if (lacksCredit) return "Ask whoever runs this server for more: troubadour credits grant.";
  if (status === 401) return "Paste an API key; troubadour keys create makes one.";
  if (status === 429) return "Wait a few seconds, then send it again.";
  if (status === 400 || status === 413 || status === 422) return "Change it in the form and send it again; nothing was charged.";
  if (status >= 500) return "Nothing was charged. Try again; if it stays so, the server's log says more.";
  return "";
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(method: "GET" | "POST", path: string, body?: Body): Promise<Answer> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (apiKey.value !== "") headers["Authorization"] = `Bearer ${apiKey.value}`;
  if (method === "POST") {
    headers["Content-Type"] = "application/json";
    headers["X-Requested-With"] = "troubadour-studio";
  }
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, credentials: "same-origin", ...(body && { body: JSON.stringify(body) }) });
  } catch {
    throw new ApiError(0, "unreachable", "The server does not answer.");
  }
  const content: unknown = await answer.json().catch(() => null);
  if (answer.ok) return { status: answer.status, body: content };
  if (answer.status === 401) admitted.value = false;
  throw refusal(answer, content);
}

function refusal(answer: Response, content: unknown): ApiError {
  const said = (typeof content === "object" && content !== null ? content : {}) as Record<string, unknown>;
  const message = [said["error"], said["message"], said["detail"]].find((each) => typeof each === "string" && each !== "");
  const type = typeof said["type"] === "string" ? said["type"] : "";
  return new ApiError(answer.status, type, (message as string | undefined) ?? `The server answered ${answer.status}.`, number(answer.headers.get("Retry-After")));
}

const field = (body: unknown, name: string): unknown => (body as Record<string, unknown> | null)?.[name];

export interface Credits {
  readonly credits: number;
  readonly extra: number;
}

export async function getCredits(): Promise<Credits> {
  const { body } = await call("GET", "/api/v1/get-credits");
  return { credits: number(field(body, "credits")) ?? 0, extra: number(field(body, "extra_credits")) ?? 0 };
}

/** Orders two songs; answers the task's id. */
export async function createSongs(body: Body): Promise<string> {
  const answer = await call("POST", "/api/v1/sonic/create", body);
  const id = field(answer.body, "task_id");
  if (typeof id !== "string" || id === "") throw new ApiError(answer.status, "odd_answer", "The server accepted the song but named no task.");
  return id;
}

export async function getTask(id: string): Promise<TaskAnswer> {
  const { status, body } = await call("GET", `/api/v1/sonic/task/${encodeURIComponent(id)}`);
  return readTask(status, body, origin);
}

export interface Page {
  readonly songs: readonly Song[];
  readonly next: string | null;
}

export async function getSongs(cursor: string | null, limit: number): Promise<Page> {
  const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) });
  const { body } = await call("GET", `/api/v1/songs?${query}`);
  const next = field(body, "next_cursor");
  return { songs: readSongs(field(body, "data"), origin), next: typeof next === "string" && next !== "" ? next : null };
}

export async function getSong(id: string): Promise<Song> {
  const { status, body } = await call("GET", `/api/v1/songs/${encodeURIComponent(id)}`);
  const song = readSong(field(body, "data"), origin);
  if (song === null) throw new ApiError(status, "odd_answer", "The server sent no song.");
  return song;
}

export interface Words {
  readonly title: string;
  readonly lyrics: string;
}

export async function writeWords(description: string): Promise<readonly Words[]> {
  const { body } = await call("POST", "/api/v1/sonic/lyrics", { description });
  const results = field(body, "results");
  return (Array.isArray(results) ? results : []).map((each: unknown) => ({
    title: String(field(each, "title") ?? ""),
    lyrics: String(field(each, "lyrics") ?? ""),
  }));
}

export interface Voice {
  readonly id: string;
  readonly name: string;
  readonly about: string;
}

/** The singers that can be asked for by name; none when the server does not tell. */
export async function getVoices(): Promise<readonly Voice[]> {
  const { body } = await call("GET", "/api/v1/voices");
  const data = field(body, "data");
  return (Array.isArray(data) ? data : []).flatMap((each: unknown) => {
    const id = field(each, "id");
    if (typeof id !== "string") return [];
    const gender = { f: "female", m: "male" }[String(field(each, "gender"))] ?? "";
    const about = [gender, field(each, "character")].filter((part) => typeof part === "string" && part !== "").join(", ");
    return [{ id, name: String(field(each, "name") ?? id), about }];
  });
}
