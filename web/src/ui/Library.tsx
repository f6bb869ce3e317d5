import type { VNode } from "preact";
import { admitted } from "../api/client.ts";
import { put } from "../state/form.ts";
import { known, loading, loadMore, nextCursor, songs } from "../state/library.ts";
import { pane } from "../state/route.ts";
import { works } from "../state/works.ts";
import { SongCard } from "./SongCard.tsx";

const EXAMPLES = [
  "a rainy-night synthwave song about the last train home",
  "a slow folk waltz in D about an old lighthouse keeper, sung by a man",
  "bright lo-fi hip hop about coffee and unread books",
  "an orchestral hymn in D dorian for a ship setting out",
];

export function Library(): VNode {
  const empty = songs.value.length === 0;
  return (
    <div class="library">
      {!empty && <h2>Your songs</h2>}
      {empty && known.value && works.value.length === 0 && <FirstUse />}
      {empty && !known.value && admitted.value && <Waiting />}
      <ul class="songs">{songs.value.map((song) => <SongCard key={song.id} song={song} />)}</ul>
      {nextCursor.value !== null && (
        <button type="button" class="more" disabled={loading.value} onClick={() => void loadMore()}>{loading.value ? "Loading…" : "Older songs"}</button>
      )}
    </div>
  );
}

function Waiting(): VNode {
  return (
    <ul class="songs waiting" aria-label="Loading your songs">
      {[0, 1, 2, 3].map(() => <li class="song"><span class="cover none" /><span class="about"><i /><i /></span></li>)}
    </ul>
  );
}

function FirstUse(): VNode {
  return (
    <div class="first-use">
      <svg viewBox="0 0 320 96" aria-hidden="true" focusable="false">
        <path class="staff" d="M0 24h320M0 36h320M0 48h320M0 60h320M0 72h320" />
        {[[46, 66], [84, 60], [122, 54], [160, 60], [198, 42], [236, 48], [274, 36]].map(([x = 0, y = 0]) => (
          <g class="note" transform={`translate(${x} ${y})`}>
            <ellipse rx="7.4" ry="5.4" transform="rotate(-20)" />
            {y > 50 ? <path d="M6.6-2V-30" /> : <path d="M-6.6 2V30" />}
          </g>
        ))}
      </svg>
      <h2>No songs yet</h2>
      <p>Say what you would like to hear. Troubadour writes a score for it, plays it and sings it: two different songs each time, in about a minute or two.</p>
      <p class="unseen">Some ideas to begin with:</p>
      <ul class="ideas">
        {EXAMPLES.map((idea) => (
          <li>
            <button type="button" onClick={() => {
              put("mode", "describe");
              put("description", idea);
              pane.value = "write";
              requestAnimationFrame(() => document.getElementById("field-description")?.focus());
            }}>{idea}</button>
          </li>
        ))}
      </ul>
    </div>
  );
}
