import type { VNode } from "preact";
import { clock, spokenClock } from "../logic/time.ts";
import { current, lengthS, playing, seek, skipSection, stop, timeS, toggle, volume } from "../state/player.ts";
import { songAddress } from "../state/route.ts";
import { CloseIcon, NextIcon, PauseIcon, PlayIcon, PreviousIcon, VolumeIcon } from "./icons.tsx";
import { Cover } from "./SongCard.tsx";

/** What is playing, at the foot of every page. */
export function Dock(): VNode | null {
  const song = current.value;
  if (song === null) return null;
  const title = song.title || "Untitled";
  const hasSections = (song.facts?.sections.length ?? 0) > 0;
  return (
    <aside class="dock" aria-label="Player">
      <Cover song={song} />
      <a class="title" href={songAddress(song.id)}>{title}</a>
      <div class="transport">
        {hasSections && <button type="button" class="round" aria-label="Previous section" onClick={() => skipSection(-1)}><PreviousIcon /></button>}
        <button type="button" class="round play" aria-label={playing.value ? "Pause" : "Play"} onClick={() => toggle()}>
          {playing.value ? <PauseIcon /> : <PlayIcon />}
        </button>
        {hasSections && <button type="button" class="round" aria-label="Next section" onClick={() => skipSection(1)}><NextIcon /></button>}
      </div>
      <Seek />
      <label class="volume">
        <VolumeIcon />
        <span class="unseen">Volume</span>
        <input type="range" min={0} max={1} step={0.01} value={volume.value} onInput={(event) => (volume.value = event.currentTarget.valueAsNumber)} />
      </label>
      <button type="button" class="round" aria-label="Close the player" onClick={stop}><CloseIcon /></button>
    </aside>
  );
}

function Seek(): VNode {
  const now = Math.floor(timeS.value * 10) / 10;
  return (
    <div class="seek">
      <span>{clock(now)}</span>
      <input type="range" aria-label="Position" min={0} max={lengthS.value || 1} step={0.1} value={now}
        aria-valuetext={`${spokenClock(now)} of ${spokenClock(lengthS.value)}`} onInput={(event) => seek(event.currentTarget.valueAsNumber)} />
      <span>{clock(lengthS.value)}</span>
    </div>
  );
}
