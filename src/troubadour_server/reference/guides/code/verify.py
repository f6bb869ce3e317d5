"""Checks a webhook's signature."""

import hashlib
import hmac
import time


def is_genuine(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Whether this server sent these bytes, just now."""
    timestamp = headers["X-Webhook-Timestamp"]
    if abs(time.time() - int(timestamp)) > 300:
        return False
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={digest}", headers["X-Webhook-Signature"])
