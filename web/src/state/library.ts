/** The account's finished songs, newest first, page by page; and whole songs with their facts, as they are opened. */
import { signal } from "@preact/signals";
import { getSong, getSongs } from "../api/client.ts";
import type { Song } from "../api/shapes.ts";
import { complain } from "./session.ts";

const PAGE = 24;

export const songs = signal<readonly Song[]>([]);
export const nextCursor = signal<string | null>(null);
export const loading = signal(false);
/** False until the first page has come: an empty list then means that there are no songs. */
export const known = signal(false);
const whole = signal<ReadonlyMap<string, Song>>(new Map());

const shown = (song: Song): boolean => song.state === "succeeded" || song.state === "failed";

async function load(cursor: string | null): Promise<void> {
  if (loading.value) return;
  loading.value = true;
  try {
    const page = await getSongs(cursor, PAGE);
    const fresh = page.songs.filter(shown);
    const ids = new Set(fresh.map((song) => song.id));
    songs.value = cursor === null ? fresh : [...songs.value.filter((song) => !ids.has(song.id)), ...fresh];
    nextCursor.value = page.next;
    known.value = true;
  } catch (error) {
    complain(error);
  } finally {
    loading.value = false;
  }
}

export const loadFirst = (): Promise<void> => load(null);
export const loadMore = (): Promise<void> => load(nextCursor.value);

/** The best that is known of a song: with its facts, else from the list. */
export const songOf = (id: string): Song | undefined => whole.value.get(id) ?? songs.value.find((song) => song.id === id);

/** Fetches a song with its facts. Throws ApiError. */
export async function open(id: string): Promise<Song> {
  const known = whole.value.get(id);
  if (known?.state === "succeeded") return known;
  const song = await getSong(id);
  whole.value = new Map(whole.value).set(id, song);
  return song;
}
