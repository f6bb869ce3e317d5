import { useState } from "preact/hooks";
import type { VNode } from "preact";
import type { Song } from "../api/shapes.ts";
import { ago, clock } from "../logic/time.ts";
import { current, playing, toggle } from "../state/player.ts";
import { songAddress } from "../state/route.ts";
import { PauseIcon, PlayIcon } from "./icons.tsx";

/** The picture of a song; staff lines where there is none. */
export function Cover({ song }: { song: Song }): VNode {
  const [broken, setBroken] = useState("");
  if (song.imageUrl === "" || broken === song.imageUrl) return <span class="cover none" aria-hidden="true" />;
  return <img class="cover" src={song.imageUrl} alt="" loading="lazy" decoding="async" onError={() => setBroken(song.imageUrl)} />;
}

export function SongCard({ song }: { song: Song }): VNode {
  const mine = current.value?.id === song.id;
  const sounding = mine && playing.value;
  const title = song.title || "Untitled";
  if (song.state === "failed")
    return (
      <li class="song failed">
        <span class="cover none" aria-hidden="true" />
        <div class="about"><span class="title">{title}</span><p class="problem">{song.error || "This one could not be made."}</p></div>
      </li>
    );
  return (
    <li class={`song ${mine ? "current" : ""}`}>
      <button type="button" class="cover-play" aria-label={`${sounding ? "Pause" : "Play"} ${title}`} disabled={song.audioUrl === ""} onClick={() => toggle(song)}>
        <Cover song={song} />
        <span class="disc">{sounding ? <PauseIcon /> : <PlayIcon />}</span>
      </button>
      <a class="about" href={songAddress(song.id)}>
        <span class="title">{title}</span>
        <span class="tags">{song.tags || song.description}</span>
        <span class="small">{song.durationS > 0 && clock(song.durationS)}{song.createdAt && <> · {ago(song.createdAt, new Date())}</>}</span>
      </a>
    </li>
  );
}
