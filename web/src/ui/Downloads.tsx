import type { VNode } from "preact";
import type { File, Song } from "../api/shapes.ts";
import { DownloadIcon } from "./icons.tsx";

interface Offer {
  readonly kinds: readonly string[];
  readonly label: string;
  readonly about: string;
  readonly extension: string;
}

/** What a song may be taken home as, in the order of most people's wishes. */
const OFFERS: readonly Offer[] = [
  { kinds: ["mp3"], label: "MP3", about: "tagged, with the cover", extension: "mp3" },
  { kinds: ["wav"], label: "WAV", about: "16 bit, 44.1 kHz", extension: "wav" },
  { kinds: ["flac"], label: "FLAC", about: "lossless, smaller", extension: "flac" },
  { kinds: ["stems", "stems_zip"], label: "Stems", about: "every voice by itself", extension: "zip" },
  { kinds: ["dry"], label: "Dry voices", about: "before the desk", extension: "zip" },
  { kinds: ["mid", "midi"], label: "MIDI", about: "the notes and the words", extension: "mid" },
  { kinds: ["musicxml", "xml"], label: "MusicXML", about: "for notation programs", extension: "musicxml" },
  { kinds: ["lrc"], label: "LRC", about: "words with their times", extension: "lrc" },
  { kinds: ["json"], label: "Facts", about: "all that is known of it, as JSON", extension: "json" },
  { kinds: ["cover", "image", "jpg", "png"], label: "Cover", about: "the picture", extension: "" },
];

/** A title that every file system takes. */
const fileName = (song: Song): string => (song.title || "song").replace(/[\\/:*?"<>|\p{Cc}]+/gu, " ").trim() || "song";

interface Link {
  readonly label: string;
  readonly about: string;
  readonly url: string;
  readonly name: string;
}

const LAST = OFFERS.length;

function placeOf(file: File): number {
  const place = OFFERS.findIndex((offer) => offer.kinds.includes(file.kind));
  return place < 0 ? LAST : place;
}

function linkOf(song: Song, file: File): Link {
  const offer = OFFERS[placeOf(file)];
  const written = file.url.split("?")[0]?.split(".").at(-1) ?? "";
  const ending = /^[a-z0-9]{2,8}$/i.test(written) ? written : (offer?.extension ?? file.kind);
  const single = file.name === "";
  return {
    label: single ? (offer?.label ?? file.kind.toUpperCase()) : file.name.replaceAll("_", " "),
    about: single ? (offer?.about ?? "") : "",
    url: file.url,
    name: `${fileName(song)}${single ? "" : ` ${file.name}`}.${ending}`,
  };
}

function filesOf(song: Song): readonly File[] {
  const named = song.files.some((file) => file.kind === "mp3") || song.audioUrl === "";
  const files: readonly File[] = named ? song.files : [{ kind: "mp3", name: "", url: song.audioUrl }, ...song.files];
  return [...files].sort((a, b) => placeOf(a) - placeOf(b));
}

export function Downloads({ song }: { song: Song }): VNode {
  const files = filesOf(song);
  const parts = files.filter((file) => file.name !== "");
  return (
    <>
      <Links links={files.filter((file) => file.name === "").map((file) => linkOf(song, file))} />
      {parts.length > 0 && (
        <details class="parts">
          <summary>Every voice by itself ({parts.length})</summary>
          <Links links={parts.map((file) => linkOf(song, file))} />
        </details>
      )}
    </>
  );
}

function Links({ links }: { links: readonly Link[] }): VNode {
  return (
    <ul class="downloads">
      {links.map(({ label, about, url, name }) => (
        <li><a href={url} download={name}><DownloadIcon /><b>{label}</b><span>{about}</span></a></li>
      ))}
    </ul>
  );
}
