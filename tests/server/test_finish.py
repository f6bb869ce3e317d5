import threading

import pytest
import sqlalchemy as sa

from troubadour_server.billing.accounts import balances
from troubadour_server.billing.ledger import InsufficientCredits
from troubadour_server.storage.database import clip, ledger
from troubadour_server.storage.songs import find_task
from troubadour_server.tasks.finish import Outcome, begin, finish, report
from troubadour_server.tasks.submit import QueueFull

GOOD = Outcome(facts={"title": "T", "tags": "", "lyrics": "", "duration_s": 12.5})
BAD = Outcome(error_type="failed", error_message="it broke")


@pytest.fixture
def ordered(database, new_account, order_songs):
    owner, _ = new_account(credits=100)
    task_id = order_songs(owner, "", "")
    with database.connect() as connection:
        clips = connection.execute(sa.select(clip.c.id).order_by(clip.c.place)).scalars().all()
    return owner, task_id, clips


def look(database, owner, task_id):
    with database.connect() as connection:
        kinds = connection.execute(sa.select(ledger.c.kind).where(ledger.c.reference == task_id)).scalars().all()
        return find_task(connection, owner, task_id), balances(connection, owner)["subscription"], sorted(kinds)


def test_credits_are_reserved_at_submit(database, ordered):
    owner, task_id, _ = ordered
    task, left, kinds = look(database, owner, task_id)
    assert (task.state, left, kinds) == ("pending", 85, ["reserve"])


def test_the_last_clip_settles_the_task(database, ordered):
    owner, task_id, clips = ordered
    begin(database, clips[0])
    finish(database, clips[0], GOOD)
    assert look(database, owner, task_id)[0].state == "running"
    finish(database, clips[1], GOOD)
    task, left, kinds = look(database, owner, task_id)
    assert (task.state, left, kinds) == ("succeeded", 85, ["reserve", "settle"])


def test_ending_a_clip_again_changes_nothing(database, ordered):
    owner, task_id, clips = ordered
    for each in (*clips, *clips):
        finish(database, each, GOOD)
    for each in clips:
        finish(database, each, BAD)
        begin(database, each)
    task, left, kinds = look(database, owner, task_id)
    assert (task.state, left, kinds) == ("succeeded", 85, ["reserve", "settle"])
    assert [each.state for each in task.clips] == ["succeeded", "succeeded"]


def test_a_task_without_a_song_is_refunded(database, ordered):
    owner, task_id, clips = ordered
    for each in clips:
        finish(database, each, BAD)
    task, left, kinds = look(database, owner, task_id)
    assert (task.state, task.error_message, left, kinds) == ("failed", "it broke", 100, ["release", "reserve"])


def test_one_song_of_two_is_a_success_that_tells_of_the_failure(database, ordered):
    owner, task_id, clips = ordered
    finish(database, clips[0], BAD)
    finish(database, clips[1], GOOD)
    task, left, _ = look(database, owner, task_id)
    assert (task.state, left) == ("succeeded", 85)
    assert [each.state for each in task.clips] == ["failed", "succeeded"]


def test_clips_that_end_at_the_same_moment_settle_once(database, ordered):
    owner, task_id, clips = ordered
    threads = [threading.Thread(target=finish, args=(database, each, GOOD)) for each in clips * 4]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    task, left, kinds = look(database, owner, task_id)
    assert (task.state, left, kinds) == ("succeeded", 85, ["reserve", "settle"])


def test_progress_is_the_mean_and_the_stage_is_the_slowest(database, ordered):
    owner, task_id, clips = ordered
    report(database, clips[0], "mix", 0.8)
    report(database, clips[1], "stems", 0.2)
    task, _, _ = look(database, owner, task_id)
    assert (task.done, task.stage) == (0.5, "stems")


def test_the_same_idempotency_key_is_the_same_task_and_charged_once(database, new_account, order_songs):
    owner, _ = new_account(credits=100)
    other, _ = new_account("other", credits=100)
    first = order_songs(owner, "", key="k")
    assert order_songs(owner, "", key="k") == first
    assert order_songs(other, "", key="k") != first
    with database.connect() as connection:
        assert balances(connection, owner)["subscription"] == 85


def test_who_cannot_pay_leaves_no_trace(database, new_account, order_songs):
    owner, _ = new_account(credits=14)
    with pytest.raises(InsufficientCredits):
        order_songs(owner, "")
    with database.connect() as connection:
        for table in ("task", "clip", "workflow_status"):
            assert connection.execute(sa.text(f"select count(*) from {table}")).scalar() == 0


def test_a_full_queue_takes_no_more(database, dbos, settings, new_account, order_songs):
    owner, _ = new_account()
    object.__setattr__(settings, "queue_limit", 2)
    order_songs(owner, "")
    order_songs(owner, "")
    with pytest.raises(QueueFull, match="2 tasks"):
        order_songs(owner, "")
