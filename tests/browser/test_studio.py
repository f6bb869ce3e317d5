"""The Studio in a real browser (Debian's Chromium) on a real server: sign in, order a song, hear it, take it home.

`make browser` runs these; they are no part of `make test`.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: run make browser")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
TROUBADOUR = Path(sys.executable).with_name("troubadour")
SONG_MS = 300_000
WORDS = "[Verse]\nHarbour lamps are counting down the rain\nEvery window keeps a different train\n\n[Chorus]\nLast train home, my own\n"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until_healthy(address, server, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{address}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.3)
    raise AssertionError("the server did not come up")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A started server: its address, and an API key."""
    data = tmp_path_factory.mktemp("data")
    port = free_port()
    log = (data / "log").open("w")
    running = subprocess.Popen(
        [TROUBADOUR, "serve", "--port", str(port), "--data", data],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    address = f"http://127.0.0.1:{port}"
    wait_until_healthy(address, running)
    made = subprocess.run(
        [TROUBADOUR, "keys", "create", "--name", "browser", "--data", data, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    yield address, json.loads(made.stdout)["key"]
    running.terminate()
    running.wait(20)
    log.close()


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(server, browser):
    """Opens pages that note whatever the browser complains of, and every request that leaves for another host."""
    complaints = []
    contexts = []

    def open_page(path="/", key=True, **options):
        address, secret = server
        context = browser.new_context(**options)
        contexts.append(context)
        if key:
            context.add_init_script(f"localStorage.setItem('troubadour.api-key', {json.dumps(json.dumps(secret))})")
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
        page.on(
            "request", lambda asked: None if asked.url.startswith((address, "blob:", "data:")) else complaints.append(asked.url)
        )
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def song(server, browser):
    """A finished song, ordered from the page by its form. Its address in the page."""
    address, secret = server
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    page.get_by_label("API key").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("My lyrics").check()
    page.get_by_label("Lyrics", exact=True).fill(WORDS)
    page.get_by_label("Style").fill("indie folk, acoustic guitar")
    page.get_by_label("Title").fill("Harbour Lamps")
    page.get_by_role("button", name="Make two songs").click()
    page.get_by_role("heading", name="In the making").wait_for()
    page.get_by_text("Harbour Lamps is ready: 2 takes.").wait_for(timeout=SONG_MS)
    links = page.locator(".library a.about")
    assert links.count() == 2
    href = links.first.get_attribute("href")
    context.close()
    return f"/{href}"


def test_without_a_key_the_page_asks_for_one_and_refuses_a_wrong_one(new_page):
    page = new_page(key=False)
    page.get_by_label("API key").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("The server does not know this key").wait_for()


def test_a_form_that_cannot_be_sent_says_why_at_the_field(new_page):
    page = new_page()
    page.get_by_role("button", name="Make two songs").click()
    page.get_by_text("Say in a few words what the song should be about.").wait_for()
    assert page.evaluate("document.activeElement.name") == "description"


def test_a_song_plays_and_its_words_light_up(new_page, song):
    page = new_page(song)
    page.locator(".hero .primary").click()
    page.locator(".form button", has_text="Verse").first.click()
    page.wait_for_selector(".line .lit", timeout=15_000)
    assert page.locator(".wave").evaluate("wave => wave.firstElementChild.shadowRoot.querySelectorAll('canvas').length") > 0
    before = page.evaluate("Number(document.querySelector('.seek input').value)")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("at => Number(document.querySelector('.seek input').value) >= at + 4", arg=before)
    page.keyboard.press("k")
    page.locator(".hero .primary", has_text="Play").wait_for()


def test_a_song_is_taken_home_under_its_title(new_page, song):
    page = new_page(song)
    with page.expect_download() as download:
        page.locator(".downloads a", has_text="MIDI").click()
    assert download.value.suggested_filename.endswith(".mid")
    assert "Harbour Lamps" in download.value.suggested_filename
    assert Path(download.value.path()).read_bytes().startswith(b"MThd")


def test_another_take_brings_the_words_back_into_the_form(new_page, song):
    page = new_page(song)
    page.get_by_role("link", name="Another take").click()
    assert page.get_by_label("Lyrics", exact=True).input_value().strip() == WORDS.strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_runs_off_a_telephone(new_page, song, scheme):
    for path in ("/", song):
        page = new_page(path, viewport={"width": 360, "height": 740}, color_scheme=scheme)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_control_has_a_name(new_page, song):
    for path in ("/", song):
        page = new_page(path)
        page.wait_for_load_state("networkidle")
        unnamed = page.evaluate(
            """() => [...document.querySelectorAll("button, a[href], input, select, textarea")].filter((each) =>
                !(each.getAttribute("aria-label") || each.innerText?.trim() || each.labels?.[0]?.innerText?.trim()
                  || each.labels?.[0]?.textContent?.trim())).map((each) => each.outerHTML)"""
        )
        assert unnamed == []


def test_the_studio_leads_to_the_api_reference(new_page):
    page = new_page("/")
    page.get_by_role("link", name="API", exact=True).click()
    page.get_by_role("heading", level=1, name="Introduction").wait_for()
