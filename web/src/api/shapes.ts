/**
 * The API's answers as the page uses them. Reading is lenient, as the wire asks: a field may be missing, null, or a number in
 * a string; what cannot be read is as if it were absent.
 */

export type State = "pending" | "running" | "succeeded" | "failed";

export interface Section {
  readonly name: string;
  readonly kind: string;
  readonly startS: number;
  readonly endS: number;
}

export interface TimedWord {
  readonly text: string;
  readonly startS: number;
  readonly endS: number;
  readonly part: string;
}

export interface Facts {
  readonly sections: readonly Section[];
  readonly words: readonly TimedWord[];
  readonly tempoBpm: number | null;
  readonly key: string;
  readonly metre: string;
  readonly voice: string;
  readonly style: string;
  readonly credits: readonly string[];
  readonly effects: ReadonlyArray<{ readonly word: string; readonly effect: string }>;
  /** What could not be done as asked. */
  readonly notes: readonly string[];
}

export interface File {
  readonly kind: string;
  readonly name: string;
  readonly url: string;
}

export interface Song {
  readonly id: string;
  readonly taskId: string;
  readonly state: State;
  readonly title: string;
  readonly tags: string;
  readonly negativeTags: string;
  readonly lyrics: string;
  readonly description: string;
  readonly imageUrl: string;
  readonly audioUrl: string;
  readonly createdAt: Date | null;
  readonly model: string;
  readonly durationS: number;
  readonly seed: string;
  readonly error: string;
  readonly stage: string;
  readonly progress: number | null;
  readonly facts: Facts | null;
  readonly peaks: readonly number[] | null;
  readonly files: readonly File[];
}

type Raw = Record<string, unknown>;

const isRaw = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);
const raw = (value: unknown): Raw => (isRaw(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

export function number(value: unknown): number | null {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}

const STATES: readonly State[] = ["pending", "running", "succeeded", "failed"];

/**
 * A link to one of this server's files, seen from this page. The server makes links absolute for the host by which the song was
 * ordered; a page that was opened by another of its names (a phone on the same network) reaches the same file under its own.
 */
export function localLink(link: string, origin: string): string {
  if (link === "" || link.startsWith("/")) return link;
  try {
    const url = new URL(link);
    if (url.protocol !== "http:" && url.protocol !== "https:") return "";
    return new URL(url.pathname + url.search, origin).href;
  } catch {
    return "";
  }
}

function readSection(value: unknown): Section {
  const from = raw(value);
  return { name: text(from["name"]), kind: text(from["kind"]), startS: number(from["start_s"]) ?? 0, endS: number(from["end_s"]) ?? 0 };
}

function readWord(value: unknown): TimedWord {
  const from = raw(value);
  const startS = number(from["start_s"]) ?? 0;
  return { text: text(from["text"]), startS, endS: number(from["end_s"]) ?? startS, part: text(from["part"]) || "vocals" };
}

function readFacts(value: unknown): Facts | null {
  if (!isRaw(value)) return null;
  const voice = value["voice"];
  return {
    sections: list(value["sections"]).map(readSection).filter((section) => section.endS > section.startS),
    words: list(value["words"]).map(readWord).sort((a, b) => a.startS - b.startS),
    tempoBpm: number(value["tempo"]),
    key: text(value["key"]),
    metre: text(value["metre"]),
    voice: isRaw(voice) ? text(voice["name"]) || text(voice["id"]) : text(voice),
    style: text(value["style"]),
    credits: list(value["credits"]).map(text).filter(Boolean),
    effects: list(value["prompt"])
      .map(raw)
      .map((each) => ({ word: text(each["word"]), effect: text(each["effect"]) }))
      .filter((each) => each.word !== ""),
    notes: list(value["notes"]).map(text).filter(Boolean),
  };
}

function readFiles(value: unknown, origin: string): File[] {
  return Object.entries(raw(value)).flatMap(([kind, entry]): File[] => {
    if (isRaw(entry) && typeof entry["url"] !== "string")
      return Object.entries(entry).flatMap(([name, url]) => (text(url) === "" ? [] : [{ kind, name, url: localLink(text(url), origin) }]));
    const url = isRaw(entry) ? text(entry["url"]) : text(entry);
    return url === "" ? [] : [{ kind, name: "", url: localLink(url, origin) }];
  });
}

/** Largest absolute values, mono: a plain list, or the first of several channels. */
function readPeaks(value: unknown): number[] | null {
  const first = list(value)[0];
  const peaks = list(Array.isArray(first) ? first : value).map((each) => number(each) ?? 0);
  return peaks.length > 1 ? peaks : null;
}

/** A clip of the wire (4.12.1, with this server's additions) as a song; null when it has no id. */
export function readSong(value: unknown, origin: string): Song | null {
  const from = raw(value);
  const id = text(from["clip_id"]) || text(from["id"]);
  if (id === "") return null;
  const created = new Date(text(from["created_at"]));
  const state = text(from["state"]) as State;
  const facts = readFacts(from["facts"]);
  return {
    id,
    taskId: text(from["task_id"]),
    state: STATES.includes(state) ? state : "pending",
    title: text(from["title"]),
    tags: text(from["tags"]),
    negativeTags: text(from["negative_tags"]),
    lyrics: text(from["lyrics"]),
    description: text(from["gpt_description_prompt"]),
    imageUrl: localLink(text(from["image_url"]), origin),
    audioUrl: localLink(text(from["audio_url"]), origin),
    createdAt: Number.isNaN(created.getTime()) ? null : created,
    model: text(from["mv"]),
    durationS: number(from["duration"]) ?? 0,
    seed: text(from["seed"]),
    error: text(from["error_message"]),
    stage: text(from["stage"]),
    progress: number(from["progress"]),
    facts,
    peaks: readPeaks(from["peaks"]) ?? readPeaks(raw(from["facts"])["peaks"]),
    files: readFiles(from["files"], origin),
  };
}

export const readSongs = (value: unknown, origin: string): Song[] =>
  list(value).flatMap((each) => readSong(each, origin) ?? []);

export interface TaskAnswer {
  readonly finished: boolean;
  readonly songs: readonly Song[];
  readonly stage: string;
  readonly progress: number | null;
  readonly error: string;
}

const FAILURES = ["failed", "timeout", "forbidden", "api_error"];

/** A poll's answer: 202 is unfinished; a 2xx with one of the failure types ended without songs. */
export function readTask(status: number, body: unknown, origin: string): TaskAnswer {
  const from = raw(body);
  const songs = readSongs(from["data"], origin);
  const failed = status !== 202 && FAILURES.includes(text(from["type"]));
  const final = songs.length > 0 && songs.every((song) => song.state === "succeeded" || song.state === "failed");
  return {
    finished: failed || (status !== 202 && final),
    songs,
    stage: text(from["stage"]),
    progress: number(from["progress"]),
    error: failed ? text(from["error"]) || text(from["message"]) || "The song could not be made." : "",
  };
}
