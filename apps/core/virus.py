"""Ask a ClamAV daemon about a file: the INSTREAM command of clamd's documented protocol."""

import socket
import struct

from django.conf import settings


class ScannerError(Exception):
    """The daemon did not answer, or not in a way that says anything about the file."""


def infected(file):
    """Whether the daemon at ``CLAMAV_ADDRESS`` finds something in an open file; reads it all.

    Each piece goes with its length in front, four bytes, biggest first; a length of nought ends
    the file. Raises ScannerError, so that a file which was not looked at is never let in.
    """
    host, _, port = settings.CLAMAV_ADDRESS.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=settings.CLAMAV_SECONDS) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for piece in file.chunks():
                daemon.sendall(struct.pack("!L", len(piece)) + piece)
            daemon.sendall(struct.pack("!L", 0))
            answer = b""
            while not answer.endswith(b"\0") and (more := daemon.recv(4096)):
                answer += more
    except OSError as fault:
        raise ScannerError(type(fault).__name__) from fault
    if answer.endswith(b" FOUND\0"):
        return True
    if answer != b"stream: OK\0":
        raise ScannerError("unexpected answer")
    return False
