/** The form's content, its limits (those of the wire), and the request that it becomes. */

export type Mode = "describe" | "lyrics" | "instrumental";

export interface Draft {
  mode: Mode;
  description: string;
  title: string;
  tags: string;
  negativeTags: string;
  lyrics: string;
  voice: string; // "" any, "f", "m", or a voice id
  model: string;
  seed: string;
  bpm: string;
  key: string;
  metre: string;
  duration: string;
}

export const EMPTY: Draft = {
  mode: "describe", description: "", title: "", tags: "", negativeTags: "", lyrics: "", voice: "", model: "sonic-v5",
  seed: "", bpm: "", key: "", metre: "", duration: "",
};

/** Longest texts, in characters. The wire allows longer ones for newer models. */
export interface Limits {
  readonly description: number;
  readonly title: number;
  readonly tags: number;
  readonly negativeTags: number;
  readonly lyrics: number;
}

const EARLY: Limits = { description: 199, title: 79, tags: 199, negativeTags: 199, lyrics: 2999 };
const LATE: Limits = { description: 400, title: 80, tags: 1000, negativeTags: 1000, lyrics: 5000 };
const EARLY_MODELS: readonly string[] = ["sonic-v3-5", "sonic-v4"];

export const limitsOf = (model: string): Limits => (EARLY_MODELS.includes(model) ? EARLY : LATE);
export const LONGEST_LYRICS_IDEA = 119;

export const RANGES = {
  seed: { least: 0, most: 2 ** 53 - 1, whole: true, name: "The seed" },
  bpm: { least: 20, most: 400, whole: false, name: "The tempo" },
  duration: { least: 10, most: 360, whole: true, name: "The length" },
} as const;

export const MODELS = ["sonic-v3-5", "sonic-v4", "sonic-v4-5", "sonic-v4-5-plus", "sonic-v5", "sonic-v5-5", "sonic-v6"] as const;
export const METRES = ["4/4", "3/4", "6/8", "7/8", "5/4", "12/8", "2/4"] as const;
export const TONICS = ["C", "C#", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"] as const;
export const SCALES = ["major", "minor", "dorian", "phrygian", "lydian", "mixolydian"] as const;
export const MARKS = ["Intro", "Verse", "Pre-Chorus", "Chorus", "Hook", "Bridge", "Break", "Instrumental", "Outro"] as const;

export type Field = keyof Draft;
export type Problems = Partial<Record<Field, string>>;

const tooLong = (text: string, limit: number): string | undefined =>
  text.length > limit ? `${text.length} characters; ${limit} fit. Shorten it by ${text.length - limit}.` : undefined;

/** What must be changed before the form can be sent, by field; empty when all is well. */
export function problems(draft: Draft): Problems {
  const limits = limitsOf(draft.model);
  const found: Problems = {};
  const note = (field: Field, text: string | undefined): void => {
    if (text !== undefined && found[field] === undefined) found[field] = text;
  };
  if (draft.mode === "describe") {
    if (draft.description.trim() === "") note("description", "Say in a few words what the song should be about.");
    note("description", tooLong(draft.description, limits.description));
  } else {
    note("title", tooLong(draft.title, limits.title));
    note("tags", tooLong(draft.tags, limits.tags));
    note("negativeTags", tooLong(draft.negativeTags, limits.negativeTags));
    if (draft.mode === "lyrics") {
      if (draft.lyrics.trim() === "") note("lyrics", "Write the words to sing, or choose Instrumental.");
      note("lyrics", tooLong(draft.lyrics, limits.lyrics));
    } else if (draft.tags.trim() === "") note("tags", "Name a style, a mood or an instrument.");
  }
  for (const field of ["seed", "bpm", "duration"] as const) note(field, outOfRange(draft[field], field));
  return found;
}

function outOfRange(text: string, field: keyof typeof RANGES): string | undefined {
  if (text.trim() === "") return undefined;
  const { least, most, whole, name } = RANGES[field];
  const value = Number(text);
  if (!Number.isFinite(value) || (whole && !Number.isInteger(value))) return `${name} must be a ${whole ? "whole " : ""}number.`;
  return value < least || value > most ? `${name} must be between ${least} and ${most}.` : undefined;
}

export type Body = Record<string, string | number | boolean>;

/** The body for `POST /api/v1/sonic/create`. What was left empty is left out, so that the server decides. */
export function createBody(draft: Draft): Body {
  const body: Body = { custom_mode: draft.mode !== "describe", mv: draft.model };
  const put = (name: string, text: string): void => {
    if (text.trim() !== "") body[name] = text.trim();
  };
  if (draft.mode === "describe") put("gpt_description_prompt", draft.description);
  else {
    put("title", draft.title);
    put("tags", draft.tags);
    put("negative_tags", draft.negativeTags);
    if (draft.mode === "lyrics") put("prompt", draft.lyrics);
    else body.make_instrumental = true;
  }
  if (draft.mode !== "instrumental") {
    if (draft.voice === "f" || draft.voice === "m") body.vocal_gender = draft.voice;
    else put("voice", draft.voice);
  }
  for (const field of ["seed", "bpm", "duration"] as const) if (draft[field].trim() !== "") body[field] = Number(draft[field]);
  put("key", draft.key);
  put("time_signature", draft.metre);
  return body;
}

/** The lyrics with a section mark put in at the caret, on a line of its own, and where the caret goes then. */
export function withMark(lyrics: string, caret: number, mark: string): { text: string; caret: number } {
  const before = lyrics.slice(0, caret).replace(/[ \t]+$/, "");
  const after = lyrics.slice(caret).replace(/^[ \t]*\n?/, "");
  const gap = before === "" ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const start = `${before}${gap}[${mark}]\n`;
  return { text: start + after, caret: start.length };
}
