"""Addresses that others chose: only what was checked is connected to."""

import asyncio
import ipaddress

import httpx
import pytest

from troubadour_server.tasks.fetch import fetch
from troubadour_server.tasks.outside import Guarded, Unreachable, is_public

from .help.receiver import Answer, Receiver

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200",
    "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_on_the_public_internet_is_known(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"])
def test_public_addresses_are_public(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def get(tmp_path):
    """Fetches a URL under limits; the name and the bytes."""

    def run(url, allow_private=True, limit_bytes=1000, time_limit_s=20.0, resolve=None):
        more = {} if resolve is None else {"resolve": resolve}
        name = asyncio.run(fetch(url, tmp_path / "got", limit_bytes, time_limit_s, allow_private, **more))
        return name, (tmp_path / "got").read_bytes()

    return run


def always(*addresses):
    async def resolve(_host, _port):
        return addresses

    return resolve


def test_a_file_is_fetched_with_its_name(receiver, get):
    receiver.answers["/music/My%20Song.mp3?x=1"] = [Answer(body=b"sound")]
    assert get(f"{receiver.url}/music/My%20Song.mp3?x=1") == ("My Song.mp3", b"sound")
    assert receiver.seen[0].headers["host"] == f"localhost:{receiver.port}"
    assert receiver.seen[0].headers["user-agent"].startswith("Troubadour/")


def test_the_name_that_the_server_tells_wins(receiver, get):
    receiver.answers["/1"] = [
        Answer(body=b"sound", headers={"Content-Disposition": "attachment; filename*=UTF-8''L%C3%A4rm.wav"})
    ]
    assert get(f"{receiver.url}/1")[0] == "Lärm.wav"


def test_the_connection_goes_to_the_address_that_was_checked(receiver, get):
    receiver.answers["/a.mp3"] = [Answer(body=b"sound")]
    assert get(f"http://music.example:{receiver.port}/a.mp3", resolve=always("127.0.0.1"))[1] == b"sound"
    assert receiver.seen[0].headers["host"] == f"music.example:{receiver.port}"


def test_a_name_is_looked_up_once_for_each_connection(receiver, get):
    asked = []

    async def rebinding(host, _port):
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    with pytest.raises(Unreachable):
        get("http://music.example:9/a.mp3", allow_private=False, time_limit_s=1.0, resolve=rebinding)
    assert asked == ["music.example"]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "10.1.2.3"])
def test_names_that_lead_to_private_addresses_are_refused(receiver, get, address):
    with pytest.raises(Unreachable, match=f"leads to {address}, which is not on the public internet"):
        get(f"http://music.example:{receiver.port}/a.mp3", allow_private=False, resolve=always(address))
    assert receiver.seen == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(get):
    with pytest.raises(Unreachable, match=r"leads to 10\.0\.0\.9"):
        get("http://music.example/a.mp3", allow_private=False, resolve=always("93.184.216.34", "10.0.0.9"))


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "localhost", "127.1"])
def test_other_spellings_of_this_machine_are_refused(get, host):
    with pytest.raises(Unreachable):
        get(f"http://{host}:1/a.mp3", allow_private=False)


def test_redirects_are_followed_and_checked_again(receiver, get):
    receiver.answers["/old"] = [Answer(302, headers={"Location": "/new.mp3"})]
    receiver.answers["/new.mp3"] = [Answer(body=b"sound")]
    assert get(f"{receiver.url}/old") == ("new.mp3", b"sound")
    receiver.answers["/bad"] = [Answer(302, headers={"Location": "http://inside.example/secret"})]

    async def by_name(host, _port):
        return ["192.168.0.5" if host == "inside.example" else "93.184.216.34"]

    class ToReceiver(Guarded):
        """Everything public is reached at the test's own server."""

        async def _checked(self, name, port):
            await super()._checked(name, port)
            return "127.0.0.1"

    async def ask():
        async with httpx.AsyncClient(transport=ToReceiver(False, by_name), trust_env=False) as client:
            await client.get(f"http://music.example:{receiver.port}/bad", follow_redirects=True)

    with pytest.raises(Unreachable, match=r"inside\.example leads to 192\.168\.0\.5"):
        asyncio.run(ask())


def test_endless_redirects_end(receiver, get):
    receiver.answers["/round"] = [Answer(302, headers={"Location": "/round"})]
    with pytest.raises(Unreachable, match="redirects more than 5 times"):
        get(f"{receiver.url}/round")


@pytest.mark.parametrize("told", [True, False])
def test_large_files_are_refused_whether_their_size_is_told_or_not(receiver, get, told):
    receiver.answers["/a"] = [Answer(body=b"x" * 5000, headers={} if told else {"Content-Length": None})]
    with pytest.raises(Unreachable, match="larger than 1000 bytes"):
        get(f"{receiver.url}/a")


def test_slow_servers_are_given_up(receiver, get):
    receiver.answers["/slow"] = [Answer(wait_s=60.0)]
    with pytest.raises(Unreachable, match=r"took longer than 0\.5 s"):
        get(f"{receiver.url}/slow", time_limit_s=0.5)


@pytest.mark.parametrize(("status", "said"), [(404, "status 404"), (403, "status 403"), (500, "status 500")])
def test_errors_of_the_server_are_told(receiver, get, status, said):
    receiver.answers["/a"] = [Answer(status)]
    with pytest.raises(Unreachable, match=said):
        get(f"{receiver.url}/a")


def test_secrets_in_an_address_are_not_repeated(receiver, get):
    receiver.answers["/a?token=hush"] = [Answer(404)]
    with pytest.raises(Unreachable) as told:
        get(f"http://me:hush@localhost:{receiver.port}/a?token=hush")
    assert "hush" not in str(told.value)


def test_empty_files_and_hosts_that_nobody_knows_are_refused(receiver, get):
    with pytest.raises(Unreachable, match="empty"):
        get(f"{receiver.url}/a")
    with pytest.raises(Unreachable, match="not known"):
        get("http://nobody.invalid/a")


def test_a_port_that_nobody_listens_on_is_told_of(get):
    with pytest.raises(Unreachable, match="cannot be reached"):
        get("http://127.0.0.1:1/a")
