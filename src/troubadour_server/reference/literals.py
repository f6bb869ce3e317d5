"""Values written in the words of other languages: strings with their escapes, and objects where a language has them.

Each function takes the text itself and returns source code that means exactly this text: quotes, backslashes, dollar signs,
hashes, back-quotes and line ends included. Control characters that have no letter are written by number.

A JSON body is written as the language's own object where that reads best (`STYLES`), else as a string that needs no escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Text = Callable[[str], str]

LETTERS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}  # what every one of these languages knows
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def quoted(special: str, number: Callable[[int], str]) -> Text:
    """A double-quoted string: `special` characters behind a backslash, control characters by `number`."""

    def write(text: str) -> str:
        return '"' + "".join(_written(each, special, number) for each in text) + '"'

    return write


def _written(character: str, special: str, number: Callable[[int], str]) -> str:
    if character in special:
        return "\\" + character
    if character < " " or character == "\x7f":
        return LETTERS.get(character) or number(ord(character))
    return character


def _four(code: int) -> str:
    return f"\\u{code:04x}"


def _braced(code: int) -> str:
    return f"\\u{{{code:x}}}"


def _octal(code: int) -> str:
    return f"\\{code:03o}"  # three digits: a digit that follows is never read as a fourth


json_string = quoted('\\"', _four)
java_string = quoted('\\"', _octal)  # \uXXXX is read before the string is, and would end it
c_string = quoted('\\"?', _octal)  # ?: no trigraphs
php_string = quoted('\\"$', _braced)
ruby_string = quoted('\\"#', _braced)
dart_string = quoted('\\"$', _braced)
swift_string = quoted('\\"', _braced)
csharp_string = quoted('\\"', _four)
go_string = quoted('\\"', _four)
r_string = quoted('\\"', _braced)
ocaml_string = quoted('\\"', lambda code: f"\\{code:03d}")  # decimal


def objc_string(text: str) -> str:
    """An NSString."""
    return "@" + c_string(text)


def shell_string(text: str) -> str:
    """Single quotes, in which nothing is special; a single quote is closed, written, and opened again."""
    return "'" + text.replace("'", "'\\''") + "'"


def java_block(text: str, indent: str) -> str:
    """A text block (Java 15). The indentation of the closing marks is taken off every line."""
    lines = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').split("\n")
    return '"""\n' + "".join(f"{indent}{line}\n" for line in lines[:-1]) + f'{indent}{lines[-1]}"""'


def csharp_block(text: str, indent: str) -> str:
    """A raw string (C# 11): as many quotes as the text never has in a row."""
    longest = max((len(run) for run in re.findall('"+', text)), default=0)
    marks = '"' * max(3, longest + 1)
    return f"{marks}\n" + "".join(f"{indent}{line}\n" for line in text.split("\n")) + f"{indent}{marks}"


def swift_block(text: str) -> str:
    """A raw string of several lines: as many # as it takes for nothing in it to be special."""
    hashes = next(mark for mark in _growing("#") if f'"""{mark}' not in text and f"\\{mark}" not in text)
    return f'{hashes}"""\n{text}\n"""{hashes}'


def go_block(text: str) -> str:
    """A raw string; a back-quote is joined on."""
    return "`" + text.replace("`", '` + "`" + `') + "`"


def c_block(text: str, indent: str) -> str:
    """A string a line, which the compiler joins."""
    lines = text.split("\n")
    return "\n".join(
        f"{indent}{c_string(line + chr(10) if place < len(lines) else line)}" for place, line in enumerate(lines, 1)
    )


def ocaml_block(text: str) -> str:
    """A quoted string with a name that the text does not close."""
    name = next(name for name in _growing("json") if f"|{name}}}" not in text)
    return f"{{{name}|{text}|{name}}}"


def r_block(text: str) -> str:
    """A raw string (R 4): as many dashes as it takes for the text not to close it."""
    dashes = next(mark for mark in ("", *_several("-")) if f'){mark}"' not in text)
    return f'r"{dashes}({text}){dashes}"'


def _growing(mark: str) -> Sequence[str]:
    return tuple(mark * count for count in range(1, 200))


_several = _growing


@dataclass(frozen=True)
class Style:
    """How a language writes objects, lists and the three words of JSON."""

    string: Text
    object: tuple[str, str] = ("{", "}")
    pair: str = "{key}: {value}"
    list: tuple[str, str] = ("[", "]")
    words: tuple[str, str, str] = ("true", "false", "null")
    number: str = "{}"
    bare_keys: bool = False
    ends_with_comma: bool = True
    empty_object: str = ""  # where the two brackets alone mean something else


STYLES: dict[str, Style] = {
    "javascript": Style(json_string, bare_keys=True),
    "python": Style(json_string, words=("True", "False", "None")),
    "php": Style(php_string, ("[", "]"), "{key} => {value}", empty_object="new stdClass()"),
    "ruby": Style(ruby_string, words=("true", "false", "nil"), pair="{key} => {value}"),
    "dart": Style(dart_string),
    "objc": Style(objc_string, ("@{", "}"), list=("@[", "]"), words=("@YES", "@NO", "NSNull.null"), number="@{}"),
}
STEP = "  "


def written(value: Any, style: Style, indent: str = "", step: str = STEP) -> str:
    """A JSON value as a literal; its first line has no indentation, the others have `indent` and more."""
    inner = indent + step
    if isinstance(value, Mapping):
        if not value and style.empty_object:
            return style.empty_object
        rows = [_pair(key, written(each, style, inner, step), style) for key, each in value.items()]
        return _bracketed(rows, style.object, style, indent, inner)
    if isinstance(value, list | tuple):
        return _bracketed([written(each, style, inner, step) for each in value], style.list, style, indent, inner)
    if isinstance(value, str):
        return style.string(value)
    if value is None or isinstance(value, bool):
        return style.words[2 if value is None else 0 if value else 1]
    return style.number.format(json.dumps(value))


def _pair(key: str, value: str, style: Style) -> str:
    name = key if style.bare_keys and IDENTIFIER.fullmatch(key) else style.string(key)
    return style.pair.format(key=name, value=value)


def _bracketed(rows: Sequence[str], brackets: tuple[str, str], style: Style, indent: str, inner: str) -> str:
    opening, closing = brackets
    if not rows:
        return opening + closing
    last = "," if style.ends_with_comma else ""
    return f"{opening}\n" + ",\n".join(inner + row for row in rows) + f"{last}\n{indent}{closing}"
