"""Values to JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubadour import codec
from troubadour.brief import Request
from troubadour.errors import BadRequest

requests = st.builds(
    Request,
    text=st.text(),
    lyrics=st.none() | st.text(),
    seed=st.integers(0, 2**63 - 1),
    duration_s=st.none() | st.floats(10, 480),
    instrumental=st.booleans(),
)


@given(requests)
def test_decoding_is_the_inverse_of_encoding(request: Request) -> None:
    assert codec.loads(codec.dumps(request), Request) == request


def test_another_version_is_refused() -> None:
    stored = json.loads(codec.dumps(Request()))
    stored["version"] += 1
    with pytest.raises(BadRequest, match="version"):
        codec.loads(json.dumps(stored), Request)
