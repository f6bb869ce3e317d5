/** Where in the page one is; it stands in the address after `#`, so that the browser's own back button works. */
import { computed, signal } from "@preact/signals";

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
  scrollTo({ top: 0 });
});

/** The id of the song that is open; null on the first page. */
export const openSong = computed(() => {
  const match = /^#\/songs\/([^/]+)$/.exec(hash.value);
  return match?.[1] === undefined ? null : decodeURIComponent(match[1]);
});

export const songAddress = (id: string): string => `#/songs/${encodeURIComponent(id)}`;
export const HOME = "#/";

/** Which half of the first page a narrow screen shows. */
export const pane = signal<"write" | "songs">("write");
