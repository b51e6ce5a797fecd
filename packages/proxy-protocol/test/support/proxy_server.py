"""A proxy of v2, written for this test with Python's standard library alone; listens on the socket that is its argument.

What a connection attaches to says how allocateIO is answered on it.
"""

import json
import os
import socket
import struct
import sys
import threading

TAG = b"F"


def exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def message(value):
    body = json.dumps(value, separators=(",", ":")).encode()
    return struct.pack(">II", len(body), 0) + body


def packet(stream, data):
    return struct.pack(">QI", stream, 12 + len(data)) + data


def echo(session, base):
    """Sends back what comes, then end and status."""
    with session:
        try:
            while True:
                stream, length = struct.unpack(">QI", exactly(session, 12))
                data = exactly(session, length - 12)
                session.sendall(packet(stream, data))
                if not data:
                    session.sendall(packet(base, b"\x05"))
                    return
        except (EOFError, OSError):
            pass


def allocate(connection, mode, streams, base):
    given, kept = socket.socketpair()
    threading.Thread(target=echo, args=(kept, base), daemon=True).start()
    good = message({"success": True, "data": {"ioBase": base}})
    refused = {"success": False, "error": "not now"}
    if mode == "fd-first":
        socket.send_fds(connection, [TAG], [given.fileno()])
        connection.sendall(good)
    elif mode == "refused":
        connection.sendall(message(refused))
    elif mode == "refused-with-base":
        connection.sendall(message({**refused, "data": {"ioBase": base}}))
        socket.send_fds(connection, [TAG], [given.fileno()])
    elif mode == "in-pieces":
        for byte in good:
            connection.sendall(bytes([byte]))
        socket.send_fds(connection, [TAG], [given.fileno()])
    elif mode == "no-fd":
        connection.sendall(good + TAG)
    elif mode == "wrong-tag":
        connection.sendall(good)
        socket.send_fds(connection, [b"G"], [given.fileno()])
    elif mode == "two-fds":
        connection.sendall(good)
        socket.send_fds(connection, [TAG], [given.fileno()] * 2)
    elif mode == "many-fds":
        connection.sendall(good)
        socket.send_fds(connection, [TAG], [given.fileno()] * 40)
    elif mode == "no-tag":
        connection.sendall(good)
        connection.shutdown(socket.SHUT_WR)
    elif mode in ("/dev/null", "/proc/self/exe"):
        connection.sendall(good)
        file = os.open(mode, os.O_RDONLY)
        socket.send_fds(connection, [TAG], [file])
        os.close(file)
    else:
        connection.sendall(good)
        socket.send_fds(connection, [TAG], [given.fileno()])
    given.close()


def serve(connection):
    mode, base = "", 1
    with connection:
        try:
            while True:
                length, _ = struct.unpack(">II", exactly(connection, 8))
                request = json.loads(exactly(connection, length))
                name, data = request["id"], request.get("data", {})
                if name == "allocateIO":
                    allocate(connection, mode, data["nStreams"], base)
                    base += data["nStreams"]
                elif name == "attach":
                    mode = data["containerId"]
                    connection.sendall(message({"success": True, "data": {"version": 1}}))
                elif name == "hello" and data["containerId"] == "waits":
                    continue
                elif name == "hyper" and data["hyperName"] == "version":
                    # How many descriptors this process has, as an error's text.
                    count = len(os.listdir("/proc/self/fd"))
                    connection.sendall(message({"success": False, "error": str(count)}))
                else:
                    connection.sendall(message({"success": True}))
        except (EOFError, OSError):
            pass


listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(64)
print("listening", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
