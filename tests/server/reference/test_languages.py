"""A sample sends exactly the call that it was written from, whatever stands in it."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubadour_server.reference import literals
from troubadour_server.reference.languages import LANGUAGES, Call, authorized

from .running import INSTALLED, PRESENT, printed

BY_ID = {language.id: language for language in LANGUAGES}
NASTY = {
    "quotes": 'it\'s "so" `it` \'\'\' """ """"',
    "backslashes": "\\ \\\\ \\n \\u0041 \\( \\",
    "money": "$HOME ${HOME} $(id) {$x} #{1+1} #$0 #@a %d %s %{x} @file",
    "lines": "one\ntwo\r\nthree\tfour\n",
    "closers": '`; */ --> )" )-" )---" |json} |} ]]> "# \\# ?>',
    "trigraphs": "??/ ??= ??'",
    "far": "žluťoučký кінь 夜 🎵 \u2028 e\u0301",
    "control": "\x01\x1f7 \x7f",
    "empty": "",
    "numbers": [0, -1, 0.1, 1e-7, 2**53],
    "words": [True, False],
    "nested": {"a": {"b": [], "c": {}, "two words": [{"deep": "x"}]}},
}


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        told = json.dumps({"method": self.command, "path": self.path, "headers": headers, "body": body}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def echo():
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def languages():
    return [*PRESENT, *(pytest.param(each, marks=pytest.mark.samples) for each in INSTALLED)]


@pytest.mark.parametrize("language", languages())
def test_a_post_arrives_as_it_was_meant(language, echo, tmp_path):
    heard = json.loads(printed(BY_ID[language], authorized("POST", f"{echo}/a/b?c=d%20e", "the-key", NASTY), tmp_path))
    assert (heard["method"], heard["path"]) == ("POST", "/a/b?c=d%20e")
    assert heard["headers"]["authorization"] == "Bearer the-key"
    assert heard["headers"]["content-type"].startswith("application/json")
    assert json.loads(heard["body"]) == NASTY


@pytest.mark.parametrize("language", languages())
def test_a_get_has_no_body(language, echo, tmp_path):
    heard = json.loads(printed(BY_ID[language], authorized("GET", f"{echo}/x", "the-key"), tmp_path))
    assert (heard["method"], heard["path"], heard["body"]) == ("GET", "/x", "")
    assert heard["headers"]["authorization"] == "Bearer the-key"
    assert "content-type" not in heard["headers"]


def test_the_vendors_page_has_fifteen_languages_and_so_has_ours():
    names = "Shell JavaScript Java Swift Go PHP Python HTTP C C# Objective-C Ruby OCaml Dart R"
    assert [language.name for language in LANGUAGES] == names.split()


LETTER = {"n": "\n", "r": "\r", "t": "\t"}
NUMBERS = {  # the pattern of an escape by number, and its base
    "four": (r"\\u([0-9a-f]{4})", 16),
    "braced": (r"\\u\{([0-9a-f]+)\}", 16),
    "octal": (r"\\([0-7]{3})", 8),
    "decimal": (r"\\([0-9]{3})", 10),
}
READ = {  # a language's strings: how control characters are written, and what would be special without a backslash
    "json_string": ("four", '"'),
    "java_string": ("octal", '"'),
    "c_string": ("octal", '"'),
    "php_string": ("braced", '"$'),
    "ruby_string": ("braced", '"#'),
    "dart_string": ("braced", '"$'),
    "swift_string": ("braced", '"'),
    "csharp_string": ("four", '"'),
    "go_string": ("four", '"'),
    "r_string": ("braced", '"'),
    "ocaml_string": ("decimal", '"'),
}
TEXTS = st.text(st.one_of(st.sampled_from('\\"$#{}()?`\n\r\t\x01\x7f0u'), st.characters(exclude_categories=["Cs"])))


def read(source, numbered, special):
    """What a compiler reads in a double-quoted string."""
    pattern, base = NUMBERS[numbered]
    assert (source[0], source[-1]) == ('"', '"')
    told, inner = "", source[1:-1]
    while inner:
        if number := re.match(pattern, inner):
            told, inner = told + chr(int(number[1], base)), inner[number.end() :]
        elif inner[0] == "\\":
            told, inner = told + LETTER.get(inner[1], inner[1]), inner[2:]
        else:
            assert inner[0] not in special
            assert inner[0] >= " "
            told, inner = told + inner[0], inner[1:]
    return told


@pytest.mark.parametrize("name", READ)
@given(text=TEXTS)
def test_a_string_is_read_as_it_was_meant(name, text):
    assert read(getattr(literals, name)(text), *READ[name]) == text


@given(text=TEXTS)
def test_what_a_raw_string_holds_does_not_close_it(text):
    told = json.dumps({"text": text}, indent=2, ensure_ascii=False)
    swift = literals.swift_block(told)
    hashes = swift[: swift.index('"')]
    assert swift.split(f'"""{hashes}')[0].removeprefix(f'{hashes}"""\n') == told + "\n"
    assert f"\\{hashes}" not in told
    r = literals.r_block(told)
    closing = r[2 : r.index("(")]
    assert r.split(f'){closing}"')[0] == f'r"{closing}({told}'
    ocaml = literals.ocaml_block(told)
    name = ocaml[1 : ocaml.index("|")]
    assert ocaml.split(f"|{name}}}")[0] == f"{{{name}|{told}"
    csharp = literals.csharp_block(told, "")
    marks = csharp[: csharp.index("\n")]
    assert csharp.split(marks) == ["", f"\n{told}\n", ""]


def test_a_sample_without_a_key_names_none():
    assert all("uthorization" not in language.write(authorized("GET", "http://x/y", "")) for language in LANGUAGES)


def test_a_call_of_no_length_is_written_in_every_language():
    assert all(
        "http://x/y" in language.write(Call("POST", "http://x/y", {}, {})) for language in LANGUAGES if language.id != "http"
    )
