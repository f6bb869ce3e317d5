"""The reference in a real browser (Debian's Chromium): what its script adds, and that nothing is missing without it.

`make browser` runs these; they are no part of `make test`.
"""

import json
from pathlib import Path

import pytest

from troubadour_server.web.build import build

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: run make browser")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def browser():
    build()
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(server, browser):
    """Opens pages of the reference; complaints of the browser and requests to other hosts fail the test."""
    complaints, contexts = [], []

    def opening(path, context=None, **options):
        context = context or browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" and "401" not in said.text else None
        )
        page.on("request", lambda asked: None if asked.url.startswith(server.address) else complaints.append(asked.url))
        page.goto(server.address + path)
        return page

    yield opening
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_language_is_remembered_on_the_next_page(open_page):
    page = open_page("/docs/sonic/create-custom")
    page.locator(".tabs label", has_text="Ruby").click()
    assert page.locator(".sample:visible").inner_text().startswith('require "json"')
    following = open_page("/docs/sonic/wav", page.context)
    assert following.locator(".sample:visible").inner_text().startswith('require "json"')


def test_without_a_script_languages_search_and_the_tree_work(open_page):
    page = open_page("/docs/sonic/create-custom", java_script_enabled=False)
    page.locator(".tabs label", has_text="Swift").click()
    assert "URLSession" in page.locator(".sample:visible").inner_text()
    page.get_by_role("searchbox").fill("webhook signature")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="Webhook integration guide").last.click()
    assert page.get_by_role("heading", level=1).inner_text() == "Webhook integration guide"
    assert not page.locator(".copy, .try:visible").count()


def test_a_block_is_copied_as_it_stands(open_page):
    page = open_page("/docs/sonic/wav", permissions=["clipboard-read", "clipboard-write"])
    page.locator(".sample:visible .copied").hover()
    page.locator(".sample:visible .copy").click()
    assert page.locator(".sample:visible .copy").inner_text() == "Copied"
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".sample:visible code").text_content()


def test_results_appear_while_one_types_and_the_keyboard_reaches_them(open_page):
    page = open_page("/docs")
    page.keyboard.press("/")
    page.keyboard.type("stems full")
    page.locator(".finds a").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docs/sonic/stems-full")


def test_a_call_is_sent_from_the_page(open_page, server):
    page = open_page("/docs/sonic/create-custom")
    page.locator(".try summary").click()
    page.get_by_label("API key").fill(server.key)
    page.get_by_role("button", name="Send").click()
    page.locator(".heard .status").wait_for()
    assert page.locator(".heard .status").inner_text() == "200"
    task = json.loads(page.locator(".heard pre").inner_text())["task_id"]
    asked = open_page("/docs/sonic/get-music", page.context)
    asked.locator(".try summary").click()
    asked.get_by_label("API key").fill(server.key)
    asked.locator(".try").get_by_label("task_id").fill(task)
    asked.get_by_role("button", name="Send").click()
    asked.locator(".heard .status").wait_for()
    assert asked.locator(".heard .status").inner_text() == "202"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone(open_page, reference, scheme):
    page = open_page("/docs", **PHONE, color_scheme=scheme)
    for shown in reference.pages.values():
        page.goto(page.url.partition("/docs")[0] + shown.url)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, shown.url
    page.locator(".menu").click()
    assert page.locator(".tree").is_visible()


def test_the_text_can_be_read_by_day_and_by_night(open_page):
    """WCAG's contrast of 4.5 between what is written and what it stands on."""
    for scheme in ("light", "dark"):
        page = open_page("/docs/sonic/create-custom", color_scheme=scheme)
        assert page.evaluate(CONTRASTS) == []


CONTRASTS = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.5) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("main *, .tree *")) {
    if (![...node.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim())) continue;
    if (!node.checkVisibility()) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(node.tagName + "." + node.className + " " + node.textContent.slice(0, 20));
  }
  return [...new Set(poor)].slice(0, 10);
}"""
