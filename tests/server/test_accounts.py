import os
import stat

import sqlalchemy as sa

from troubadour_server.billing import accounts
from troubadour_server.billing.accounts import (
    create_key,
    ensure_first_key,
    new_link,
    owner_of_cookie,
    owner_of_key,
    revoke_key,
    use_link,
)
from troubadour_server.storage.database import api_key


def test_a_key_opens_its_account_and_is_stored_nowhere(database):
    with database.begin() as connection:
        made = create_key(connection, "ann", 5)
        assert owner_of_key(connection, made.key) == accounts.find_account(connection, "ann")
        row = connection.execute(sa.select(api_key)).mappings().one()
    assert made.key not in str(dict(row))


def test_each_key_opens_an_account_of_its_own_unless_it_names_one(database):
    with database.begin() as connection:
        one, two = create_key(connection, "ann"), create_key(connection, "ann")
        shared = create_key(connection, "ann's phone", account_name="ann")
        owners = [owner_of_key(connection, each.key) for each in (one, two, shared)]
    assert owners[0] == owners[2] != owners[1]


def test_a_revoked_key_opens_nothing(database):
    with database.begin() as connection:
        made = create_key(connection, "ann")
        assert revoke_key(connection, made.id) == 1
        assert owner_of_key(connection, made.key) is None
        assert revoke_key(connection, made.id) == 0


def test_the_first_key_stays_the_same_and_is_its_owners_alone(database, settings):
    first = ensure_first_key(database, settings.data)
    assert ensure_first_key(database, settings.data) == first
    assert stat.S_IMODE(os.stat(settings.data / "first-key").st_mode) == 0o600


def test_a_revoked_first_key_is_replaced(database, settings):
    first = ensure_first_key(database, settings.data)
    with database.begin() as connection:
        revoke_key(connection, first)
    assert ensure_first_key(database, settings.data) != first


def test_a_sign_in_link_works_once(database, new_account):
    owner, _ = new_account()
    with database.begin() as connection:
        link = new_link(connection, owner)
        cookie = use_link(connection, link)
        assert owner_of_cookie(connection, cookie) == owner
        assert use_link(connection, link) is None
        assert owner_of_cookie(connection, link) is None
        assert use_link(connection, cookie) is None
