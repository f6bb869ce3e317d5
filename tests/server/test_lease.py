import pytest

from troubadour_server.tasks.lease import Watch


@pytest.fixture
def time():
    return [0.0]


@pytest.fixture
def watch(time):
    return Watch(10.0, lambda: time[0])


def test_who_beats_is_alive(watch, time):
    for second in range(30):
        time[0] = second
        watch.look({"a": second})
    assert watch.any_alive()
    assert watch.dead(["a"]) == []


def test_who_falls_silent_is_dead(watch, time):
    for second in range(12):
        time[0] = second
        watch.look({"a": second, "b": 1})
    assert watch.dead(["a", "b"]) == ["b"]


def test_who_was_never_seen_is_not_yet_dead(watch, time):
    for second in range(100):
        time[0] = second
        watch.look({})
    watch.look({}, ["x"])
    assert watch.dead(["x"]) == []
    for second in range(100, 111):
        time[0] = second
        watch.look({}, ["x"])
    assert watch.dead(["x"]) == ["x"]


def test_a_lease_that_was_left_behind_is_no_life(watch, time):
    watch.look({"old": 5})
    time[0] = 1.0
    watch.look({"old": 5})
    assert not watch.any_alive()
    watch.look({"old": 5, "new": 1})
    assert watch.any_alive()


def test_an_interrupted_view_begins_anew(watch, time):
    watch.look({"a": 1})
    time[0] = 60.0
    watch.forget()
    watch.look({"a": 1})
    assert watch.dead(["a"]) == []


def test_who_could_not_look_for_long_takes_nobody_for_dead(watch, time):
    watch.look({"a": 1})
    time[0] = 60.0
    watch.look({"a": 1})
    assert watch.dead(["a"]) == []
