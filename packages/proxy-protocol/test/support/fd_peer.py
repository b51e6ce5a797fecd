"""Sends and receives descriptors with Python's standard library alone: a peer that shares no code with this package.

Listens on the unix socket that is its argument. Each connection says in one line of JSON what it wants, and gets it.
"""

import array
import json
import os
import pty
import socket
import sys
import tempfile
import threading


def numbers():
    return len(os.listdir("/proc/self/fd"))


def opened(kind):
    """Descriptors of that kind, the one to send first; the rest are kept until it is sent."""
    if kind == "pipe":
        read, write = os.pipe()
        os.write(write, b"through the pipe")
        return [read, write]
    if kind == "socket":
        one, other = socket.socketpair()
        other.sendall(b"through the socket")
        return [one.detach(), other.detach()]
    if kind == "file":
        file, path = tempfile.mkstemp()
        os.unlink(path)
        os.write(file, b"in the file")
        os.lseek(file, 0, os.SEEK_SET)
        return [file]
    if kind == "tty":
        controller, terminal = pty.openpty()
        return [terminal, controller]
    if kind == "memfd":
        memory = os.memfd_create("memory")
        os.write(memory, b"in memory")
        os.lseek(memory, 0, os.SEEK_SET)
        return [memory]
    if kind == "eventfd":
        return [os.eventfd(1)]
    if kind == "folder":
        return [os.open("/", os.O_RDONLY)]
    if kind == "datagram":
        return [socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()]
    if kind == "listening":
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.listen()
        return [listening.detach()]
    return [os.open(kind, os.O_RDWR)]


def rights(fds):
    return (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))


def send(connection, wish):
    fds = opened(wish["kind"])
    connection.sendall(wish.get("before", "").encode())
    socket.send_fds(connection, [wish.get("tag", "F").encode()], [fds[0]] * wish.get("count", 1))
    connection.sendall(wish.get("after", "").encode())
    for fd in fds:
        os.close(fd)


def receive(connection, wish):
    """Takes that many descriptors one by one, and tells what came with each."""
    for _ in range(wish.get("rounds", 1)):
        data, fds, flags, _ = socket.recv_fds(connection, 100, 4)
        told = {
            "data": data.decode(),
            "fds": len(fds),
            "flags": flags,
            "blocking": all(os.get_blocking(fd) for fd in fds),
            "content": "",
        }
        for fd in fds:
            if wish.get("read"):
                told["content"] = os.read(fd, 100).decode()
            if wish.get("write"):
                os.write(fd, wish["write"].encode())
            os.close(fd)
        connection.sendall((json.dumps(told) + "\n").encode())


def serve(connection):
    with connection:
        try:
            wish = json.loads(connection.makefile("r").readline())
            if wish["do"] == "send":
                for _ in range(wish.get("rounds", 1)):
                    send(connection, wish)
                    if wish.get("rounds"):
                        connection.recv(1)
            elif wish["do"] == "receive":
                connection.sendall(b"ready\n")
                receive(connection, wish)
            elif wish["do"] == "say":
                connection.sendall(wish["text"].encode())
            elif wish["do"] == "count":
                connection.sendall((json.dumps(numbers()) + "\n").encode())
        except OSError as error:
            print(error, file=sys.stderr)


listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(64)
print("listening", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
