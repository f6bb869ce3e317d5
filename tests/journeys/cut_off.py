"""Run inside a network namespace: brings up its loopback, has a real server make a song, and prints the task's answer."""

import fcntl
import json
import socket
import struct
import sys
import time
from pathlib import Path

from tests.journeys.conftest import Server

SIOCSIFFLAGS, IFF_UP = 0x8914, 1
SHORT = {"custom_mode": True, "mv": "sonic-v5", "tags": "folk", "prompt": "[Verse]\nBoats come home at dusk", "duration": 10}


def loopback_up():
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def main(data):
    loopback_up()
    server = Server(data)
    try:
        server.start()
        with server.new_client() as client:
            task_id = client.post("/sonic/create", json=SHORT).raise_for_status().json()["task_id"]
            while (answer := client.get(f"/sonic/task/{task_id}")).status_code == 202:
                time.sleep(0.2)
            sound = client.get(answer.json()["data"][0]["audio_url"]).raise_for_status().content
        print(json.dumps({"state": answer.json()["data"][0]["state"], "bytes": len(sound)}))
    finally:
        server.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
