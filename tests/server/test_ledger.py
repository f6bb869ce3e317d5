import pytest
import sqlalchemy as sa

from troubadour_server.billing.accounts import balances
from troubadour_server.billing.ledger import InsufficientCredits, charge, check, grant, release, reserve, settle, shown
from troubadour_server.billing.prices import LYRICS, PRICES, SONGS
from troubadour_server.storage.database import ledger


@pytest.fixture
def bank(database, new_account):
    owner, _ = new_account(credits=20)
    with database.begin() as connection:
        yield connection, owner


def test_extra_credits_are_spent_first(bank):
    connection, owner = bank
    grant(connection, owner, "extra", 10)
    reserve(connection, owner, "t1", "create", 15, SONGS)
    assert balances(connection, owner) == {"extra": 0, "subscription": 15, "lyrics": 20}


def test_a_release_puts_each_credit_back_where_it_came_from(bank):
    connection, owner = bank
    grant(connection, owner, "extra", 10)
    reserve(connection, owner, "t1", "create", 15, SONGS)
    assert release(connection, "t1")
    assert balances(connection, owner) == {"extra": 10, "subscription": 20, "lyrics": 20}


def test_a_task_is_settled_or_released_once_whatever_is_called_again(bank):
    connection, owner = bank
    reserve(connection, owner, "t1", "create", 15, SONGS)
    assert settle(connection, "t1")
    assert not settle(connection, "t1")
    assert not release(connection, "t1")
    assert balances(connection, owner)["subscription"] == 5


def test_who_cannot_pay_keeps_everything(bank):
    connection, owner = bank
    with pytest.raises(InsufficientCredits, match="costs 21 credits and 20 are left"):
        reserve(connection, owner, "t1", "create", 21, SONGS)
    assert balances(connection, owner)["subscription"] == 20
    assert connection.execute(sa.select(ledger).where(ledger.c.reference == "t1")).first() is None


def test_exactly_enough_is_enough(bank):
    connection, owner = bank
    check(connection, owner, 20, SONGS)
    reserve(connection, owner, "t1", "create", 20, SONGS)
    with pytest.raises(InsufficientCredits):
        check(connection, owner, 1, SONGS)


def test_lyrics_are_paid_from_their_own_pool(bank):
    connection, owner = bank
    charge(connection, owner, "l1", "lyrics", 10, LYRICS)
    assert balances(connection, owner) == {"extra": 0, "subscription": 20, "lyrics": 10}


def test_an_account_without_limit_pays_without_end_and_is_written_down(database, new_account):
    owner, _ = new_account("rich")
    with database.begin() as connection:
        for turn in range(3):
            reserve(connection, owner, f"t{turn}", "create", 10**9, SONGS)
        assert balances(connection, owner)["subscription"] is None
        entries = connection.execute(sa.select(ledger.c.credits).where(ledger.c.account_id == owner)).scalars().all()
    assert entries == [10**9] * 3
    assert shown(None) == 1_000_000


def test_the_prices_are_those_of_the_reference():
    assert (PRICES["create"].credits, PRICES["lyrics"].credits, PRICES["stems_full"].credits) == (15, 10, 75)
