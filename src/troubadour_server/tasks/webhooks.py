"""Webhooks: what is told of a task to the address that its maker named, and how it is signed.

An event is a row of `delivery`, written in the transaction in which it happens; `postman` delivers it. Its id is made of the
task and the event, so it is told once, and every repetition of its delivery carries the same id and the same body.

    song.streaming   the first song of several plays; others are still being made
    song.completed   the task is settled; at least one song came out
    song.failed      nothing came out; the credits were returned
    upload.completed, upload.failed   the same of a recording that was brought with a `callback_url`

Two signatures, of the same bytes: the vendor's (`X-Webhook-Signature`: `sha256=` and hex HMAC-SHA256 over `<timestamp>.<body>`,
keyed by the secret's text) and that of https://www.standardwebhooks.com (`webhook-signature`; a secret that begins with
`whsec_` is base64 there, any other is taken as its text).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from standardwebhooks import Webhook

from troubadour_server.request.shown import nuro_payload, persona_of, producer_clip, riffusion_clip, studio_song
from troubadour_server.settings import Settings
from troubadour_server.storage.database import clip, delivery, file, insert_or_ignore, now, task
from troubadour_server.storage.songs import STREAM, ClipView, TaskView, find_task
from troubadour_server.tasks.outside import HOW_TO_ALLOW, is_public, literal
from troubadour_server.tasks.states import FAILED, FAILURE, SUCCEEDED

STREAMING, COMPLETED, FAILED_EVENT = "song.streaming", "song.completed", "song.failed"
ENDINGS = {"upload": ("upload.completed", "upload.failed")}  # operations whose endings have names of their own
WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given_up"
PLATFORMS = {"sonic": "suno"}  # the name of a family in payloads, where it is not the family's own
LONGEST_URL = 1024
SECRET_FILE = "webhook-secret"
STANDARD_PREFIX = "whsec_"


def check_url(url: str, allow_private: bool) -> str:
    """The address, as it will be called. Raises ValueError with a sentence about what is wrong."""
    if len(url) > LONGEST_URL:
        raise ValueError(f"has {len(url)} characters; at most {LONGEST_URL} are allowed")
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"is not a URL: {str(error).lower()}") from None
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise ValueError("must begin with https://")
    if not parts.host:
        raise ValueError("names no host")
    address = literal(parts.host)
    if address is not None and not is_public(address) and not allow_private:
        raise ValueError(f"leads to {address}, which is not on the public internet ({HOW_TO_ALLOW})")
    return url


def announce_settled(connection: sa.Connection, task_id: str) -> None:
    """The task is final: tells of its songs, or of its failure."""
    if (row := _called(connection, task_id)) is None:
        return
    found = _view(connection, row)
    completed, failed = ENDINGS.get(row["operation"], (COMPLETED, FAILED_EVENT))
    if row["state"] == FAILED:
        _write(connection, row, failed, failure_of(found, row["family"], failed))
    else:
        _write(connection, row, completed, payload_of(found, row["family"], completed))


def announce_playable(connection: sa.Connection, task_id: str) -> None:
    """A song plays while it, or another of its task, is still being made: tells of the first one."""
    row = _called(connection, task_id)
    if row is None:
        return
    heard = sa.or_(clip.c.state == SUCCEEDED, clip.c.id.in_(sa.select(file.c.clip_id).where(file.c.kind == STREAM)))
    if connection.execute(sa.select(sa.func.count()).select_from(clip).where(clip.c.task_id == task_id, heard)).scalar_one():
        _write(connection, row, STREAMING, payload_of(_view(connection, row), row["family"], STREAMING))


def payload_of(found: TaskView, family: str, event: str) -> dict[str, Any]:
    """Section 10's payload of a task with songs."""
    about = {"event": event, "platform": PLATFORMS.get(family, family), "task_id": found.id}
    if family in FLAT:
        return {**FLAT[family](found), **about}
    data = persona_of(found) or [TOLD.get(family, _told)(each) for each in found.clips]
    return {"code": 200, "message": "streaming" if event == STREAMING else "success", **about, "data": data}


def failure_of(found: TaskView, family: str, event: str) -> dict[str, Any]:
    """Section 10's payload of a task from which nothing came out."""
    return {
        "event": event,
        "type": found.error_type or FAILURE,
        "message": found.error_message or "the song could not be made",
        "refund_processed": True,
        "task_id": found.id,
        "platform": PLATFORMS.get(family, family),
    }


def _told(view: ClipView) -> dict[str, Any]:
    shown: Mapping[str, Callable[[], Any]] = {
        "clip_id": lambda: view.id,
        "state": lambda: view.state,
        "title": lambda: view.title,
        "tags": lambda: view.tags,
        "negative_tags": lambda: view.wire.get("negative_tags") or "",
        "lyrics": lambda: view.lyrics,
        "style_weight": lambda: view.wire.get("style_weight"),
        "weirdness_constraint": lambda: view.wire.get("weirdness_constraint"),
        "image_url": lambda: view.links.get("cover", ""),
        "audio_url": lambda: view.links.get("mp3", ""),
        "video_url": lambda: view.links.get("mp4"),
        "created_at": lambda: view.created_at,
        "mv": lambda: view.wire.get("mv"),
        "gpt_description_prompt": lambda: view.wire.get("gpt_description_prompt"),
        "duration": lambda: f"{view.duration_s:.2f}" if view.duration_s else None,
    }
    return {name: value() for name, value in shown.items()}


# How the families' clips and tasks are told, where not as sonic's.
TOLD: dict[str, Callable[[ClipView], dict[str, Any]]] = {
    "riffusion": riffusion_clip,
    "studio": studio_song,
    "producer": producer_clip,
}
FLAT: dict[str, Callable[[TaskView], dict[str, Any]]] = {"nuro": nuro_payload}


def _called(connection: sa.Connection, task_id: str) -> Mapping[str, Any] | None:
    """The task's row, when it has an address to call."""
    wanted = sa.select(task).where(task.c.id == task_id, task.c.webhook_url.is_not(None))
    row = connection.execute(wanted).mappings().first()
    return None if row is None else dict(row)


def _view(connection: sa.Connection, row: Mapping[str, Any]) -> TaskView:
    found = find_task(connection, row["account_id"], row["id"])
    assert found is not None
    return found


def _write(connection: sa.Connection, row: Mapping[str, Any], event: str, payload: Mapping[str, Any]) -> None:
    at = now()
    insert_or_ignore(
        connection,
        delivery,
        {
            "id": f"wh-{row['id']}-{event.rpartition('.')[2]}",
            "account_id": row["account_id"],
            "task_id": row["id"],
            "event": event,
            "url": row["webhook_url"],
            "secret": row["webhook_secret"],
            "payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
            "state": WAITING,
            "attempts": 0,
            "next_at": at,
            "created_at": at,
        },
    )


def signed(delivery_id: str, event: str, secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of one delivery."""
    timestamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Webhook-Id": delivery_id,
        "X-Webhook-Event": event,
        "X-Webhook-Timestamp": timestamp,
        "X-Webhook-Signature": f"sha256={digest}",
        "Idempotency-Key": delivery_id,
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _standard(secret).sign(delivery_id, at.astimezone(UTC), body.decode()),
    }


def _standard(secret: str) -> Webhook:
    if secret.startswith(STANDARD_PREFIX):
        try:
            base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
            return Webhook(secret)
        except binascii.Error:
            pass
    return Webhook(base64.b64encode(secret.encode()).decode())


def own_secret(settings: Settings) -> str:
    """What signs when a task brought no secret: the setting, else one that is made once and kept in the data folder."""
    if settings.webhook_secret:
        return settings.webhook_secret
    place = settings.data / SECRET_FILE
    if not place.is_file():
        _make_secret(place)
    return place.read_text(encoding="utf-8").strip()


def _make_secret(place: Path) -> None:
    """Whole or not at all, for its owner's eyes only; the first of several processes wins."""
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(STANDARD_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    try:
        os.link(beside, place)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
