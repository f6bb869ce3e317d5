import pytest

from troubadour_server.request.body import parsed
from troubadour_server.request.errors import Invalid


def test_a_byte_order_mark_is_no_obstacle():
    assert parsed(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  ",
        b"nonsense",
        b"[1]",
        b'"text"',
        b"null",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b"\xff\xfe\x00",
        b"\x00\x01\x02",
        b'{"a": ' + b"[" * 100_000,
        b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}",
        b'{"a": ' + b"9" * 5000 + b"}",
        rb'{"a": "\ud800"}',
        rb'{"a": "\u0000"}',
        rb'{"a": [{"\ud800": 1}]}',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_what_is_no_json_object_is_refused_with_a_sentence(data):
    with pytest.raises(Invalid, match="the body"):
        parsed(data)
