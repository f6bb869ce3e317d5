import { useEffect, useState } from "preact/hooks";
import type { VNode } from "preact";
import { ApiError } from "../api/client.ts";
import type { Song } from "../api/shapes.ts";
import { clock } from "../logic/time.ts";
import { takeUp } from "../state/form.ts";
import { open, songOf } from "../state/library.ts";
import { current, load, playing, toggle } from "../state/player.ts";
import { HOME, pane } from "../state/route.ts";
import { voices } from "../state/session.ts";
import { AgainIcon, BackIcon, PauseIcon, PlayIcon } from "./icons.tsx";
import { Downloads } from "./Downloads.tsx";
import { LyricsView } from "./LyricsView.tsx";
import { Cover } from "./SongCard.tsx";
import { Waveform } from "./Waveform.tsx";

/** One song, whole. Panels stand below the waveform; later ones (notes, mixer, edits) are added to the list. */
export function SongPage({ id }: { id: string }): VNode {
  const [problem, setProblem] = useState<Error | null>(null);
  const song = songOf(id);
  useEffect(() => {
    open(id).then((opened) => {
      if (current.value === null || current.value.id === opened.id) load(opened);
    }, setProblem);
  }, [id]);
  useEffect(() => {
    if (song?.title) document.title = `${song.title} · Troubadour`;
    return () => void (document.title = "Troubadour Studio");
  }, [song?.title]);
  return (
    <article class="song-page">
      <a class="back" href={HOME} onClick={() => (pane.value = "songs")}><BackIcon /> All songs</a>
      {song === undefined ? <Absent problem={problem} /> : <Whole song={song} />}
    </article>
  );
}

function Absent({ problem }: { problem: Error | null }): VNode {
  if (problem === null) return <p class="hint" role="status">Fetching the song…</p>;
  return <p class="problem" role="alert">{problem.message} {problem instanceof ApiError && problem.advice}</p>;
}

function Whole({ song }: { song: Song }): VNode {
  const sounding = current.value?.id === song.id && playing.value;
  return (
    <>
      <header class="hero">
        <Cover song={song} />
        <div>
          <h1>{song.title || "Untitled"}</h1>
          <p class="tags">{song.tags || song.description}</p>
          <FactChips song={song} />
          <div class="row">
            <button type="button" class="primary" disabled={song.audioUrl === ""} onClick={() => toggle(song)}>
              {sounding ? <PauseIcon /> : <PlayIcon />} {sounding ? "Pause" : "Play"}
            </button>
            <a class="button" href={HOME} onClick={() => { takeUp(song); pane.value = "write"; }}><AgainIcon /> Another take</a>
          </div>
        </div>
      </header>
      {song.audioUrl !== "" && <Waveform song={song} />}
      <div class="panels">
        <section aria-labelledby="lyrics-title">
          <h2 id="lyrics-title">Words</h2>
          <LyricsView song={song} />
        </section>
        <div class="side">
          <section aria-labelledby="files-title">
            <h2 id="files-title">Take it home</h2>
            <Downloads song={song} />
          </section>
          <Understood song={song} />
        </div>
      </div>
    </>
  );
}

function FactChips({ song }: { song: Song }): VNode {
  const facts = song.facts;
  const chips: ReadonlyArray<readonly [string, string]> = [
    ["Length", song.durationS > 0 ? clock(song.durationS) : ""],
    ["Tempo", facts?.tempoBpm ? `${Math.round(facts.tempoBpm * 10) / 10} bpm` : ""],
    ["Key", (facts?.key ?? "").replace(/^([A-G])#/, "$1♯").replace(/^([A-G])b/, "$1♭")],
    ["Metre", facts?.metre ?? ""],
    ["Voice", voices.value.find((voice) => voice.id === facts?.voice)?.name ?? facts?.voice ?? ""],
    ["Seed", song.seed],
  ];
  return <dl class="chips">{chips.filter(([, value]) => value !== "").map(([name, value]) => <div><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

function Understood({ song }: { song: Song }): VNode | null {
  const { effects = [], credits = [], notes = [] } = song.facts ?? {};
  if (effects.length + credits.length + notes.length === 0) return null;
  return (
    <section class="understood" aria-labelledby="facts-title">
      <h2 id="facts-title">How it came about</h2>
      {effects.length > 0 && <dl>{effects.map(({ word, effect }) => <div><dt>{word}</dt><dd>{effect}</dd></div>)}</dl>}
      {notes.length > 0 && <ul class="notes">{notes.map((line) => <li>{line}</li>)}</ul>}
      {credits.length > 0 && <ul class="hint">{credits.map((line) => <li>{line}</li>)}</ul>}
    </section>
  );
}
