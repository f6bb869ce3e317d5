"""Commands as values: kept as JSON, done by a table."""

from __future__ import annotations

import pytest
from tests.musician.edit.written import song

from troubadour import codec
from troubadour.brief import Request
from troubadour.edit import AddInstrumental, AddVocals, Command, Cover, Extend, Join, Mash, Remaster, Replace, Sample
from troubadour.edit.apply import EDITS, rehearse
from troubadour.edit.source import Source
from troubadour.errors import BadRequest

REQUEST = Request(tags="jazz", lyrics="la", seed=3, take=1, duration_s=30.0)
COMMANDS: tuple[Command, ...] = (
    Extend(REQUEST, 12.5), Join((10.0, 20.5)), Cover(REQUEST, 0.3), Replace(REQUEST, 1.0, 5.0), Mash(REQUEST), Remaster("high"),
    AddVocals(REQUEST), AddInstrumental(REQUEST, 2.0), Sample(REQUEST, 1.0, 3.0),
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_command_round_trips_as_json(command: Command) -> None:
    text = codec.dumps(command)
    assert codec.kind_of(text) == type(command).__name__
    assert codec.loads(text, type(command)) == command


def test_the_table_does_what_edits_scores() -> None:
    assert set(EDITS) >= {Extend, Join, Cover, Replace, Mash, Remaster}


def test_a_mash_up_of_one_song_is_refused() -> None:
    source = Source(song().plan, song().score, None, None)  # type: ignore[arg-type]  # no sound is needed
    with pytest.raises(BadRequest, match="needs 2 songs"):
        rehearse(Mash(REQUEST), [source])
