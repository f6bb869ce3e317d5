/** The form's content; it survives a reload, so that nobody loses their words. */
import { effect, signal } from "@preact/signals";
import type { Song } from "../api/shapes.ts";
import { EMPTY, type Draft, type Field } from "../logic/draft.ts";
import { store, stored } from "./memory.ts";

const PLACE = "draft";

export const draft = signal<Draft>({ ...EMPTY, ...stored<Partial<Draft>>(PLACE, {}) });

effect(() => store(PLACE, draft.value));

export function put<F extends Field>(field: F, value: Draft[F]): void {
  draft.value = { ...draft.value, [field]: value };
}

/** A song's words and style, back in the form, for another take. */
export function takeUp(song: Song): void {
  const instrumental = /^\s*\[instrumental\]\s*$/i.test(song.lyrics);
  const common = { ...EMPTY, model: draft.value.model };
  draft.value =
    song.description !== ""
      ? { ...common, mode: "describe", description: song.description }
      : {
          ...common,
          mode: instrumental ? "instrumental" : "lyrics",
          title: song.title,
          tags: song.tags,
          negativeTags: song.negativeTags,
          lyrics: instrumental ? "" : song.lyrics,
        };
}
