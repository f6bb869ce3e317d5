import pytest

from troubadour_server.settings import BadSetting, Settings, described, load


def test_a_child_process_gets_the_same_settings(settings, monkeypatch):
    for name, value in settings.environment().items():
        if name.startswith("TROUBADOUR_"):
            monkeypatch.setenv(name, value)
    assert load() == settings


def test_options_win_over_the_environment(monkeypatch):
    monkeypatch.setenv("TROUBADOUR_PORT", "9000")
    assert load().port == 9000
    assert load(port=9001).port == 9001
    assert load(port=None).port == 9000


def test_a_bad_setting_is_named(monkeypatch):
    monkeypatch.setenv("TROUBADOUR_PORT", "loud")
    with pytest.raises(BadSetting, match="TROUBADOUR_PORT"):
        load()


def test_every_price_can_be_set(monkeypatch):
    monkeypatch.setenv("TROUBADOUR_PRICES", '{"create": 3}')
    assert (load().price("create"), load().price("lyrics")) == (3, 10)


def test_unreadable_prices_are_a_sentence(monkeypatch):
    monkeypatch.setenv("TROUBADOUR_PRICES", "{")
    with pytest.raises(BadSetting, match="prices"):
        load()


def test_a_password_in_an_address_is_not_shown():
    rows = described(Settings(database_url="postgresql://me:secret@db/songs"))
    assert not any("secret" in row.value for row in rows)


def test_mp3_is_always_made():
    assert Settings(formats="wav, mid").song_formats == ("mp3", "wav", "mid")
