"""Instructions in plain words: what is done, to whom, where; and what is not understood."""

import pytest

from troubadour.brief import Request
from troubadour.brief.instruction import understood
from troubadour.brief.read import read
from troubadour.errors import BadRequest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "make the drums harder, drop the piano in verse 2",
            ["drums: played harder, everywhere", "piano: left out, in verse 2"],
        ),
        (
            "louder vocals and quieter guitar in the chorus",
            ["vocals: louder, in every chorus", "guitar: quieter, in every chorus"],
        ),
        ("add strings in the bridge", ["strings: added, in every bridge"]),
        ("remove the bass from 0:30 to 0:45", ["bass: left out, from 30 s to 45 s"]),
        ("replace the guitar with a violin", ["guitar: exchanged for violin, everywhere"]),
        ("swap the piano for an organ in the second chorus", ["piano: exchanged for organ, in chorus 2"]),
        ("slower", ["everybody: slower, everywhere"]),
        ("no drums in the intro", ["drums: left out, in every intro"]),
        ("bring in a flute in the last chorus", ["flute: added, in the last chorus"]),
        ("strip down the second verse", ["everybody: sparser, in verse 2"]),
        ("take out the drums in verse 5", ["drums: left out, in verse 5"]),
        (
            "the drums harder in the chorus and the bass louder",
            ["drums: played harder, in every chorus", "bass: louder, everywhere"],
        ),
        ("piano an octave higher", ["piano: an octave higher, everywhere"]),
    ],
)
def test_what_is_said_is_understood(text, said):
    found = understood(text)
    assert [str(change) for change in found.changes] == said
    assert not found.unknown


def test_degrees_say_how_far():
    little, plain, much = (
        understood(text).changes[0].degree for text in ("drums a bit louder", "drums louder", "drums much louder")
    )
    assert little < plain < much


def test_new_music_is_no_change():
    for text in ("make this part a quiet harp interlude", "turn this into a quiet harp interlude"):
        assert understood(text).anew == "quiet harp interlude"


def test_what_is_not_understood_is_told_and_nothing_is_guessed():
    found = understood("drop the drums during the bridge and bring them back in the chorus, more reverb")
    assert [str(change) for change in found.changes] == ["drums: left out, in every bridge"]
    assert found.unknown == ("bring them back in the chorus", "more reverb")


def test_an_instruction_of_which_nothing_is_understood_is_refused():
    with pytest.raises(BadRequest, match="nothing in the instruction “I like trains” was understood: say what"):
        read(Request(tags="pop", instrumental=True, instruction="I like trains"))
