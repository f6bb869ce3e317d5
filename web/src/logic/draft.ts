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
  mode: "describe", description: "", title: "", tags: "", negativeTags: "", lyrics: "", voice: "", model: "sonic-v4-5",
  seed: "", bpm: "", key: "", metre: "", duration: "",
};

/** Longest texts, in characters. The wire allows longer ones for newer models; the smallest number is safe with all. */
export const LIMITS = { description: 200, title: 80, tags: 200, negativeTags: 200, lyrics: 3000, lyricsIdea: 119 } as const;

export const RANGES = {
  seed: { least: 0, most: 2 ** 53 - 1, whole: true, name: "The seed" },
  bpm: { least: 40, most: 240, whole: false, name: "The tempo" },
  duration: { least: 10, most: 360, whole: true, name: "The length" },
} as const;

export const MODELS = ["sonic-v3-5", "sonic-v4", "sonic-v4-5", "sonic-v4-5-plus", "sonic-v5"] as const;
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
  const found: Problems = {};
  const note = (field: Field, text: string | undefined): void => {
    if (text !== undefined && found[field] === undefined) found[field] = text;
  };
  if (draft.mode === "describe") {
    if (draft.description.trim() === "") note("description", "Say in a few words what the song should be about.");
    note("description", tooLong(draft.description, LIMITS.description));
  } else {
    note("title", tooLong(draft.title, LIMITS.title));
    note("tags", tooLong(draft.tags, LIMITS.tags));
    note("negativeTags", tooLong(draft.negativeTags, LIMITS.negativeTags));
    if (draft.mode === "lyrics") {
      if (draft.lyrics.trim() === "") note("lyrics", "Write the words to sing, or choose Instrumental.");
      note("lyrics", tooLong(draft.lyrics, LIMITS.lyrics));
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
  put("metre", draft.metre);
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
