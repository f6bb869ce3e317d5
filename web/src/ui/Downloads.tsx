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

function links(song: Song): Link[] {
  const files: readonly File[] = song.files.some((file) => file.kind === "mp3") || song.audioUrl === "" ? song.files : [{ kind: "mp3", name: "", url: song.audioUrl }, ...song.files];
  const order = (file: File): number => OFFERS.findIndex((offer) => offer.kinds.includes(file.kind));
  return [...files].sort((a, b) => (order(a) + 1 || 99) - (order(b) + 1 || 99)).map((file) => {
    const offer = OFFERS[order(file)];
    const extension = file.url.split("?")[0]?.split(".").at(-1) ?? "";
    const ending = /^[a-z0-9]{2,8}$/i.test(extension) ? extension : (offer?.extension ?? file.kind);
    return {
      label: file.name === "" ? (offer?.label ?? file.kind.toUpperCase()) : file.name.replaceAll("_", " "),
      about: file.name === "" ? (offer?.about ?? "") : (offer?.label ?? ""),
      url: file.url,
      name: `${fileName(song)}${file.name === "" ? "" : ` ${file.name}`}.${ending}`,
    };
  });
}

export function Downloads({ song }: { song: Song }): VNode {
  return (
    <ul class="downloads">
      {links(song).map(({ label, about, url, name }) => (
        <li><a href={url} download={name}><DownloadIcon /><b>{label}</b><span>{about}</span></a></li>
      ))}
    </ul>
  );
}
