import json

import pytest
from typer.testing import CliRunner

from troubadour_server.cli import app
from troubadour_server.settings import Settings

run = CliRunner().invoke


@pytest.fixture
def data(settings):
    return ["--data", str(settings.data)]


def key_of(data, *options):
    answer = run(app, ["keys", "create", "--name", "ann", "--json", *options, *data])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_a_key_is_made_in_a_folder_that_no_server_has_seen(tmp_path):
    made = key_of(["--data", str(tmp_path / "new")])
    assert made["key"].startswith("tr_")


def test_credits_fill_the_song_pool_and_the_lyrics_pool(data):
    key_of(data, "--credits", "0")
    rows = json.loads(run(app, ["keys", "list", "--json", *data]).stdout)
    assert rows[0]["pools"] == {"subscription": 0, "extra": 0, "lyrics": 0}


def test_granted_credits_are_extra_ones(data):
    key_of(data, "--credits", "5")
    answer = run(app, ["credits", "grant", "ann", "30", "--json", *data])
    assert json.loads(answer.stdout) == {"account": "ann", "pool": "extra", "balance": 30}


def test_a_revoked_key_is_listed_as_such(data):
    made = key_of(data)
    assert run(app, ["keys", "revoke", made["id"], *data]).exit_code == 0
    rows = json.loads(run(app, ["keys", "list", "--json", *data]).stdout)
    assert rows[0]["revoked_at"]
    assert "revoked" in run(app, ["keys", "list", *data]).stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["keys", "revoke", "nobody"], 3),
        (["credits", "grant", "nobody", "5"], 3),
        (["credits", "grant", "nobody", "5", "--pool", "gold"], 2),
        (["credits", "grant", "nobody", "-5"], 2),
        (["keys", "create"], 2),
        (["keys", "create", "--name", "x", "--credits", "-1"], 2),
        (["serve", "--port", "x"], 2),
        (["nonsense"], 2),
    ],
    ids=str,
)
def test_mistakes_have_their_exit_codes(data, arguments, code):
    known = [] if arguments[0] == "nonsense" else data
    assert run(app, [*arguments, *known]).exit_code == code


def test_a_bad_setting_is_one_sentence(monkeypatch):
    monkeypatch.setenv("TROUBADOUR_PORT", "loud")
    answer = run(app, ["settings"])
    assert answer.exit_code == 2
    assert answer.stderr.count("\n") == 1


def test_every_setting_is_listed_with_default_value_and_meaning():
    rows = json.loads(run(app, ["settings", "--json"]).stdout)
    assert [row["name"] for row in rows] == [f"TROUBADOUR_{name.upper()}" for name in Settings.model_fields]
    assert all(row["meaning"] for row in rows)
    text = run(app, ["settings"]).stdout
    assert all(row["name"] in text for row in rows)


def test_the_musicians_verbs_are_there_too():
    commands = run(app, ["--help"]).stdout
    assert all(
        verb in commands for verb in ("sing", "score", "styles", "voices", "serve", "work", "keys", "credits", "settings")
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TROUBADOUR_STORAGE_URL", "nonsense"),
        ("TROUBADOUR_STORAGE_URL", "ftp://a/b"),
        ("TROUBADOUR_DATABASE_URL", "nonsense"),
        ("TROUBADOUR_DATABASE_URL", "mysql://a/b"),
        ("TROUBADOUR_DATABASE_URL", "postgresql://u:p@127.0.0.1:1/x"),
        ("PATH", ""),
    ],
)
def test_a_server_that_lacks_something_says_so_in_one_sentence_and_starts_nothing(data, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    answer = run(app, ["serve", "--port", "0", *data])
    assert answer.exit_code == (3 if name.startswith("TROUBADOUR") else 4)
    assert answer.stderr.startswith("troubadour: ")
    assert answer.stderr.count("\n") == 1
    assert (name if name.startswith("TROUBADOUR") else "ffmpeg") in answer.stderr
    assert answer.stdout == ""
