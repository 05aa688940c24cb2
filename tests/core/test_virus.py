"""Uploads and the virus scanner: a daemon of our own stands in, speaking clamd's protocol."""

import socketserver
import struct
import threading
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.uploads import check_file

BAD = b"this stands for a virus"


class Daemon(socketserver.StreamRequestHandler):
    """Reads one INSTREAM command and answers as clamd does."""

    def handle(self):
        command = self.rfile.read(10)
        received = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
        self.server.received.append((command, received))
        reply = self.server.reply or (
            b"stream: Test-Signature FOUND\0" if BAD in received else b"stream: OK\0"
        )
        self.wfile.write(reply)


@contextmanager
def daemon(settings, reply=b""):
    with socketserver.TCPServer(("127.0.0.1", 0), Daemon) as server:
        server.received, server.reply = [], reply
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMAV_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
        try:
            yield server
        finally:
            server.shutdown()


def text(content):
    return SimpleUploadedFile("notes.txt", content)


def test_the_whole_file_is_shown_to_the_scanner_and_can_be_read_again(settings):
    content = b"kind words " * 20_000  # several pieces
    with daemon(settings) as server:
        file = text(content)
        check_file(file)
    assert server.received == [(b"zINSTREAM\0", content)]
    assert file.read() == content


def test_an_infected_file_is_refused(settings):
    with daemon(settings), pytest.raises(ValidationError, match="did not pass the virus check"):
        check_file(text(b"hello " + BAD))


@pytest.mark.parametrize("reply", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK"])
def test_an_answer_that_is_not_yes_or_no_refuses_the_file(settings, reply, caplog):
    with daemon(settings, reply), pytest.raises(ValidationError, match="Try again later"):
        check_file(text(b"hello"))
    assert "notes.txt" not in caplog.text


def test_a_scanner_that_is_away_refuses_the_file(settings, caplog):
    settings.CLAMAV_ADDRESS = "127.0.0.1:9"  # nobody listens there
    with pytest.raises(ValidationError, match="Try again later"):
        check_file(text(b"hello"))
    assert "The virus scanner did not answer: ConnectionRefusedError" in caplog.text


def test_without_a_scanner_files_come_in(settings):
    settings.CLAMAV_ADDRESS = ""
    check_file(text(BAD))
