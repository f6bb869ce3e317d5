"""espeak-ng (GPL-3.0-or-later, the system's library) as a reader of languages: text in, phones out.

Phones are espeak's IPA, separated: `k_ˈa_s_a`. The library keeps one voice at a time, so calls are made one by one.
"""

from __future__ import annotations

import ctypes
from ctypes.util import find_library
from functools import lru_cache
from threading import Lock
from typing import Any

from troubadour.errors import ToolMissing

RETRIEVAL, UTF8, IPA, SEPARATOR, NEVER_EXIT = 1, 1, 0x02, ord("_") << 8, 0x8000
INSTALL = "this language needs espeak-ng: apt-get install libespeak-ng1, or send lyrics in another language"
_one_by_one = Lock()


@lru_cache(maxsize=1)
def _library() -> Any:
    """The library, started. Raises ToolMissing where it cannot be."""
    try:
        library = ctypes.CDLL(find_library("espeak-ng") or "libespeak-ng.so.1")
    except OSError:
        raise ToolMissing(INSTALL) from None
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_int, ctypes.c_int]
    if library.espeak_Initialize(RETRIEVAL, 0, None, NEVER_EXIT) < 0:
        raise ToolMissing(INSTALL)
    return library


def knows(voice: str) -> bool:
    """Whether espeak-ng reads a language."""
    with _one_by_one:
        return bool(voice.isascii() and voice and _library().espeak_SetVoiceByName(voice.encode()) == 0)


@lru_cache(maxsize=4096)
def phones(voice: str, text: str) -> tuple[tuple[str, ...], ...]:
    """The phones of each spoken word of a text."""
    groups: list[tuple[str, ...]] = []
    with _one_by_one:
        _library().espeak_SetVoiceByName(voice.encode())
        text_bytes = ctypes.create_string_buffer(text.encode())
        at = ctypes.c_void_p(ctypes.addressof(text_bytes))
        while at.value:
            clause = _library().espeak_TextToPhonemes(ctypes.byref(at), UTF8, IPA | SEPARATOR).decode()
            groups += [tuple(group.split("_")) for group in clause.split()]
    return tuple(groups)
