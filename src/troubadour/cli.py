"""The musician's verbs on the command line: sing, score, styles, voices. None of them needs a server.

Exit codes: 0 done · 2 the command line is wrong · 3 the request cannot be met · 4 this machine lacks something · 130
interrupted. Messages and progress go to standard error, results to standard output, so that `--json` can be piped.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from troubadour.brief import Request
from troubadour.errors import BadRequest, Refused, TroubadourError, Unready

T = TypeVar("T")

AUDIO_FORMATS = ("mp3", "wav", "wav24", "wav32f", "flac", "m4a", "opus", "mp4", "stems", "dry")
SHEET_FORMATS = ("mid", "musicxml", "json", "lrc", "cover")
EXIT_CODES = {Refused: 3, Unready: 4}
EPILOG = "Exit codes: 0 done, 2 wrong command line, 3 the request cannot be met, 4 something is not installed, 130 interrupted."

app = typer.Typer(
    name="troubadour",
    help="Compose, play and sing songs. Every sound is written as a score first; equal requests and seeds give equal bytes.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
err = Console(stderr=True, highlight=False)

Words = Annotated[
    str, typer.Argument(help="What to make, in your words: style, mood, tempo, key, metre, instruments, voice, subject.")
]
LyricsFile = Annotated[
    str | None, typer.Option("--lyrics", metavar="FILE|-", help="The words to sing; '-' reads standard input.")
]
Tags = Annotated[str, typer.Option("--tags", help="Style words, comma separated.")]
NegativeTags = Annotated[str, typer.Option("--negative-tags", help="Styles and instruments to leave out.")]
Title = Annotated[str, typer.Option("--title", help="The song's title (default: found in the words).")]
Instrumental = Annotated[bool, typer.Option("--instrumental", help="No singer.")]
VoiceWish = Annotated[
    str | None, typer.Option("--voice", metavar="ID|f|m", help="A voice of `troubadour voices`, or a gender.")
]
LanguageWish = Annotated[
    str | None,
    typer.Option("--language", metavar="CODE", help="Of the lyrics: en, zh, ja, es, de, fr, it, pt (default: by script)."),
]
Seed = Annotated[
    int | None, typer.Option("--seed", min=0, max=2**63 - 1, help="Equal seeds give equal songs (default: drawn, and shown).")
]
Duration = Annotated[
    float | None, typer.Option("--duration", metavar="S", help="Length in seconds, 10 to 480, met to the sample.")
]
Bpm = Annotated[float | None, typer.Option("--bpm", help="Quarter notes a minute, exact.")]
KeyWish = Annotated[str | None, typer.Option("--key", help='Such as "A minor" or "Eb major".')]
MetreWish = Annotated[str | None, typer.Option("--metre", help="Such as 4/4, 3/4, 6/8, 7/8.")]
LearnedFrom = Annotated[
    str,
    typer.Option("--learned-from", metavar="all|public_domain", help="Which songs the composer has learned from."),
]
Count = Annotated[int, typer.Option("--count", min=1, max=20, help="How many different songs to make of the same words.")]
Out = Annotated[Path, typer.Option("--out", help="The folder to write into; nothing in it is overwritten.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Explain = Annotated[bool, typer.Option("--explain", help="Show what each word of the prompt did.")]


@contextmanager
def speaking_errors() -> Iterator[None]:
    """Turns the musician's errors into one sentence and an exit code."""
    try:
        yield
    except TroubadourError as error:
        err.print(f"troubadour: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)) from None
    except KeyboardInterrupt:
        err.print("troubadour: interrupted; finished files were kept.")
        raise typer.Exit(130) from None


class Stopwatch(Mapping[str, float]):
    """A `keep` that keeps nothing and knows how long each stage took, in seconds; the files' stage runs on until now."""

    def __init__(self, tell: Callable[[str, float], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._files_began = 0.0
        self._tell = tell

    def begin_files(self) -> None:
        """All is made: from now on files are written."""
        self._tell("files", 0.0)
        self._files_began = time.perf_counter()

    def __getitem__(self, name: str) -> float:
        """Seconds of one stage."""
        return round(time.perf_counter() - self._files_began, 3) if name == "files" else self.seconds[name]

    def __iter__(self) -> Iterator[str]:
        """The stages' names."""
        return iter((*self.seconds, "files"))

    def __len__(self) -> int:
        """How many stages there are."""
        return len(self.seconds) + 1

    def __call__(self, name: str, kind: type[T], work: Callable[[], T]) -> T:
        """Runs the stage."""
        self._tell(name, 0.0)
        began = time.perf_counter()
        value = work()
        self.seconds[name] = round(time.perf_counter() - began, 3)
        return value


def the_request(
    words: str,
    lyrics: str | None,
    tags: str,
    negative_tags: str,
    title: str,
    instrumental: bool,
    voice: str | None,
    language: str | None,
    seed: int | None,
    duration: float | None,
    bpm: float | None,
    key: str | None,
    metre: str | None,
    learned_from: str = "all",
) -> Request:
    """The command line as a Request. Raises BadRequest when the lyrics cannot be read."""
    return Request(
        text=words,
        tags=tags,
        negative_tags=negative_tags,
        lyrics=read_lyrics(lyrics),
        title=title,
        instrumental=instrumental,
        voice=voice,
        language=language,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        duration_s=duration,
        bpm=bpm,
        key=key,
        metre=metre,
        learned_from=learned_from,
    )


def read_lyrics(source: str | None) -> str | None:
    """The lyrics in a file, or on standard input for `-`."""
    if source is None:
        return None
    try:
        data = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise BadRequest(f"the lyrics {source!r} cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest(f"the lyrics {source!r} are not UTF-8 text (byte {error.start})") from error


def the_formats(text: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """`mp3,wav` as a tuple. Raises BadRequest for a format that is not there."""
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in allowed]
    if unknown or not wanted:
        raise BadRequest(f"unknown format {', '.join(unknown) or '(none)'}: choose from {', '.join(allowed)}")
    return wanted


def the_folder(out: Path) -> Path:
    """The folder to write into, made before anything is sung. Raises BadRequest when it cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadRequest(
            f"--out {str(out)!r} cannot be a folder to write into: {(error.strerror or str(error)).lower()}"
        ) from error
    if not os.access(out, os.W_OK):
        raise BadRequest(f"--out {str(out)!r} cannot be written to: choose another folder")
    return out


STAGE_SHARE = {"brief": 0.02, "plan": 0.03, "score": 0.1, "stems": 0.5, "mix": 0.8, "files": 0.92}
STAGE_WORDS = {"brief": "reading", "plan": "planning", "score": "composing", "stems": "playing and singing", "mix": "mixing",
               "files": "writing files"}  # fmt: skip


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[str, float], None]]:
    """A bar on standard error; yields a function that takes (stage, part of it done)."""
    columns = (TextColumn("{task.description:<32}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        task = bar.add_task(label, total=1.0)
        shares = list(STAGE_SHARE.items())

        def tell(stage: str, done: float) -> None:
            index = next((i for i, (name, _) in enumerate(shares) if name == stage), None)
            if index is None:  # a part inside the stems
                index, stage = 3, "stems"
            start = shares[index][1]
            end = shares[index + 1][1] if index + 1 < len(shares) else 1.0
            bar.update(
                task, completed=start + (end - start) * min(max(done, 0.0), 1.0), description=f"{label}: {STAGE_WORDS[stage]}"
            )

        yield tell
        bar.update(task, completed=1.0, description=label)


def show_effects(request: Request, effects: Sequence[Any]) -> None:
    """What each word of the prompt did, as a table on standard error."""
    table = Table("word", "effect", title=f"seed {request.seed}", show_edge=False)
    for effect in effects:
        table.add_row(effect.word, effect.effect)
    err.print(table)


@app.command()
def sing(
    words: Words = "",
    lyrics: LyricsFile = None,
    tags: Tags = "",
    negative_tags: NegativeTags = "",
    title: Title = "",
    instrumental: Instrumental = False,
    voice: VoiceWish = None,
    language: LanguageWish = None,
    seed: Seed = None,
    duration: Duration = None,
    bpm: Bpm = None,
    key: KeyWish = None,
    metre: MetreWish = None,
    learned_from: LearnedFrom = "all",
    count: Count = 1,
    out: Out = Path("."),
    formats: Annotated[
        str,
        typer.Option(
            "--formats", help="Any of mp3,wav,flac,m4a,opus,mp4 (a karaoke video),mid,musicxml,stems,dry,json,lrc,cover."
        ),
    ] = "mp3",
    as_json: AsJson = False,
    explain: Explain = False,
) -> None:
    """Make a finished song: composed, played, sung, mixed, written into --out."""
    with speaking_errors():
        from troubadour.files.write import write
        from troubadour.make import make

        wanted = the_formats(formats, (*AUDIO_FORMATS, *SHEET_FORMATS))
        folder = the_folder(out)
        request = the_request(
            words,
            lyrics,
            tags,
            negative_tags,
            title,
            instrumental,
            voice,
            language,
            seed,
            duration,
            bpm,
            key,
            metre,
            learned_from,
        )
        made = []
        for take in range(count):
            with progress_bar("song" if count == 1 else f"song {take + 1} of {count}") as tell:
                watch = Stopwatch(tell)
                song = make(replace(request, take=take), watch, tell)
                watch.begin_files()
                paths = write(song, folder, wanted, timings=watch)
            if explain:
                show_effects(request, song.plan.brief.effects)
            made.append(told(song, paths, as_json))
        if as_json:
            print(json.dumps(made, ensure_ascii=False, indent=2))


def told(song: Any, paths: dict[str, Path], as_json: bool) -> dict[str, Any]:
    """What was made: printed for people, returned for scripts."""
    from troubadour.files.ffmpeg import WITHOUT_FFMPEG, has_ffmpeg

    score = song.score
    length = score.frames / 44_100
    facts = {
        "title": score.title,
        "seed": score.seed,
        "take": score.take,
        "style": score.style,
        "tempo_bpm": score.tempos[0].bpm,
        "metre": str(score.metre),
        "duration_s": length,
        "files": {name: str(path) for name, path in paths.items()},
    }
    if not as_json:
        minutes, seconds = divmod(round(length), 60)
        facts_line = f"{score.style}, {score.tempos[0].bpm:g} bpm, {score.metre}, {minutes}:{seconds:02d}, seed {score.seed}"
        print(f"{score.title}  ({facts_line})")
        for path in paths.values():
            print(f"  {path}")
        missing = () if has_ffmpeg() else (WITHOUT_FFMPEG,)
        for note in (*(song.stems.notes if song.stems else ()), *missing):
            err.print(f"note: {note}", markup=False)
    return facts


@app.command()
def score(
    words: Words = "",
    lyrics: LyricsFile = None,
    tags: Tags = "",
    negative_tags: NegativeTags = "",
    title: Title = "",
    instrumental: Instrumental = False,
    voice: VoiceWish = None,
    language: LanguageWish = None,
    seed: Seed = None,
    duration: Duration = None,
    bpm: Bpm = None,
    key: KeyWish = None,
    metre: MetreWish = None,
    learned_from: LearnedFrom = "all",
    count: Count = 1,
    out: Out = Path("."),
    formats: Annotated[str, typer.Option("--formats", help="Any of mid,musicxml,json.")] = "mid",
    show: Annotated[bool, typer.Option("--show", help="Print the score as text instead of writing files.")] = False,
    as_json: AsJson = False,
    explain: Explain = False,
) -> None:
    """Write only the score: no sound is made."""
    with speaking_errors():
        from troubadour.files.write import write
        from troubadour.make import write_score
        from troubadour.score.show import show as as_text

        wanted = the_formats(formats, ("mid", "musicxml", "json"))
        folder = the_folder(out)
        request = the_request(
            words,
            lyrics,
            tags,
            negative_tags,
            title,
            instrumental,
            voice,
            language,
            seed,
            duration,
            bpm,
            key,
            metre,
            learned_from,
        )
        made = []
        for take in range(count):
            watch = Stopwatch(lambda stage, done: None)
            song = write_score(replace(request, take=take), watch)
            if explain:
                show_effects(request, song.plan.brief.effects)
            if show:
                print(as_text(song.score))
                continue
            watch.begin_files()
            made.append(told(song, write(song, folder, wanted, timings=watch), as_json))
        if as_json:
            print(json.dumps(made, ensure_ascii=False, indent=2))


@app.command()
def styles(as_json: AsJson = False) -> None:
    """List the styles; any mixture of them can be asked for in words."""
    from troubadour.styles import STYLES

    rows = [
        {"id": s.id, "name": s.name, "words": list(s.words), "tempo_bpm": [s.tempo.low, s.tempo.high]} for s in STYLES.values()
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("id", "name", "bpm", "also called", show_edge=False)
    for style in STYLES.values():
        tempo = f"{style.tempo.low:g}-{style.tempo.high:g}"
        table.add_row(style.id, style.name, tempo, ", ".join(style.words[:6]))
    Console(highlight=False).print(table)


@app.command()
def voices(as_json: AsJson = False) -> None:
    """List the singers and the languages that they sing."""
    from troubadour.stems.sing.voices import VOICES
    from troubadour.words.languages import LANGUAGES

    sample = 'troubadour sing "a slow folk song about the sea" --voice {}'
    rows = [{**v.shown(), "sample": sample.format(v.id)} for v in VOICES.values()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table = Table("id", "name", "gender", "range", "character", "licence", show_edge=False)
    for voice in VOICES.values():
        table.add_row(voice.id, voice.name, voice.gender, f"{voice.low}-{voice.high}", voice.character, voice.licence)
    console = Console(highlight=False)
    console.print(table)
    console.print("\nHear one:  " + sample.format(next(iter(VOICES))))
    spoken = Table("language", "phone errors", show_edge=False)
    for language in LANGUAGES.values():
        spoken.add_row(f"{language.name} ({language.code})", f"{language.phone_errors:.2f}")
    console.print("\nThey sing, all but English with an accent (lower is clearer; by chance 0.75 to 1):\n")
    console.print(spoken)


def one_thread() -> None:
    """To be called before numpy is there: our matrices are small, and threads that wait for them burn a core."""
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))


def main() -> None:
    """`python -m troubadour`."""
    one_thread()
    app()
