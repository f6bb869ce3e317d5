/** The one loudspeaker of the page: what it plays and where it is. Pages show it; it outlives them. */
import { effect, signal } from "@preact/signals";
import type { Song } from "../api/shapes.ts";
import { store, stored } from "./memory.ts";
import { songs } from "./library.ts";
import { complain } from "./session.ts";

const VOLUME = "volume";

export const media = new Audio();
media.preload = "metadata";

export const current = signal<Song | null>(null);
export const playing = signal(false);
export const timeS = signal(0);
export const lengthS = signal(0);
export const volume = signal(stored(VOLUME, 0.9));

effect(() => {
  media.volume = volume.value;
  store(VOLUME, volume.value);
});

let frame = 0;
function tick(): void {
  timeS.value = media.currentTime;
  frame = requestAnimationFrame(tick);
}

media.addEventListener("play", () => {
  playing.value = true;
  cancelAnimationFrame(frame);
  tick();
});
for (const event of ["pause", "ended"])
  media.addEventListener(event, () => {
    playing.value = false;
    cancelAnimationFrame(frame);
    timeS.value = media.currentTime;
  });
for (const event of ["seeked", "timeupdate"]) media.addEventListener(event, () => (timeS.value = media.currentTime));
media.addEventListener("durationchange", () => {
  if (Number.isFinite(media.duration)) lengthS.value = media.duration;
});
media.addEventListener("ended", () => {
  const list = songs.value;
  const following = list[list.findIndex((song) => song.id === current.value?.id) + 1];
  if (autoplayNext.value && following !== undefined) void play(following);
});
media.addEventListener("error", () => {
  if (media.error?.code !== MediaError.MEDIA_ERR_ABORTED && media.currentSrc !== "")
    complain(new Error("This song's sound could not be loaded."));
});

export const autoplayNext = signal(false);

/** Puts a song on without starting it. */
export function load(song: Song): void {
  if (current.value?.id === song.id) {
    current.value = song; // with more facts, perhaps
    return;
  }
  media.pause();
  media.src = song.audioUrl;
  current.value = song;
  timeS.value = 0;
  lengthS.value = song.durationS;
  announce(song);
}

export async function play(song: Song, fromS?: number): Promise<void> {
  load(song);
  if (fromS !== undefined) seek(fromS);
  await media.play().catch((error: unknown) => {
    if (!(error instanceof DOMException && error.name === "AbortError")) complain(error);
  });
}

export function toggle(song: Song | null = current.value): void {
  if (song === null) return;
  if (song.id === current.value?.id && playing.value) media.pause();
  else void play(song);
}

export function seek(toS: number): void {
  const end = lengthS.value || media.duration || 0;
  media.currentTime = Math.max(0, Math.min(toS, Math.max(0, end - 0.05)));
  timeS.value = media.currentTime;
}

export function stop(): void {
  media.pause();
  current.value = null;
}

/** To the beginning of the next section, or back to that of this one (of the one before, in its first two seconds). */
export function skipSection(direction: 1 | -1): void {
  const starts = current.value?.facts?.sections.map((section) => section.startS) ?? [];
  const to = direction > 0 ? starts.find((start) => start > timeS.value + 0.1) : starts.findLast((start) => start < timeS.value - 2);
  seek(to ?? (direction > 0 ? lengthS.value : 0));
}

function announce(song: Song): void {
  if (!("mediaSession" in navigator)) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: song.title || "Untitled",
    artist: "Troubadour",
    artwork: song.imageUrl === "" ? [] : [{ src: new URL(song.imageUrl, location.href).href }],
  });
  navigator.mediaSession.setActionHandler("play", () => void media.play());
  navigator.mediaSession.setActionHandler("pause", () => media.pause());
  navigator.mediaSession.setActionHandler("seekto", (details) => seek(details.seekTime ?? 0));
}
