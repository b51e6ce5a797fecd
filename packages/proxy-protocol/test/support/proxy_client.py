"""A client of both generations, written for this test with Python's standard library alone.

Arguments: the proxy's socket, the agent's control and I/O sockets, the generation. Prints what it saw as JSON.
"""

import json
import os
import socket
import struct
import sys

path, ctl, io, generation = sys.argv[1:]


def connected():
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(20)
    connection.connect(path)
    return connection


def exactly(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError(data)
        data += piece
    return data


class V2:
    def __init__(self):
        self.connection = connected()

    def ask(self, name, data=None):
        body = json.dumps({"id": name, **({} if data is None else {"data": data})}).encode()
        self.connection.sendall(struct.pack(">II", len(body), 0) + body)
        length, flags = struct.unpack(">II", exactly(self.connection, 8))
        assert flags == 0
        return json.loads(exactly(self.connection, length))

    def allocate(self, streams):
        """One large read takes answer and descriptor together: the kernel stops right behind the tag."""
        body = json.dumps({"id": "allocateIO", "data": {"nStreams": streams}}).encode()
        self.connection.sendall(struct.pack(">II", len(body), 0) + body)
        data, fds = b"", []
        while not data.endswith(b"F") or not fds:
            piece, more, flags, _ = socket.recv_fds(self.connection, 4096, 4)
            assert piece and not flags & socket.MSG_CTRUNC
            data += piece
            fds += more
        answer = json.loads(data[8:-1])
        assert len(fds) == 1 and struct.unpack(">I", data[:4])[0] == len(data) - 9
        return answer["data"]["ioBase"], fds[0]


def packet(stream, data):
    return struct.pack(">QI", stream, 12 + len(data)) + data


def v2():
    saw = {}
    proxy = V2()
    saw["hello"] = proxy.ask("hello", {"containerId": "pod", "ctlSerial": ctl, "ioSerial": io})
    saw["again"] = proxy.ask("hello", {"containerId": "pod", "ctlSerial": ctl, "ioSerial": io})
    base, fd = proxy.allocate(2)
    saw["base"], saw["blocking"] = base, os.get_blocking(fd)
    process = {"args": ["sh", "-c", "echo err >&2; cat"], "stdio": base, "stderr": base + 1}
    saw["newcontainer"] = proxy.ask("hyper", {"hyperName": "newcontainer", "data": {"id": "c", "process": process}})
    session = socket.socket(fileno=fd)
    session.settimeout(20)
    session.sendall(packet(base, b"through ") + packet(base, b"the session"))
    session.sendall(packet(base, b""))
    out, err, ended = b"", b"", False
    while True:
        stream, length = struct.unpack(">QI", exactly(session, 12))
        data = exactly(session, length - 12)
        if ended and len(data) == 1:
            saw["status"] = data[0]
            break
        ended = ended or not data
        if stream == base:
            out += data
        else:
            err += data
    saw["out"], saw["err"] = out.decode(), err.decode()
    session.close()
    other = V2()
    saw["attach"] = other.ask("attach", {"containerId": "pod"})
    saw["unknown"] = other.ask("attach", {"containerId": "none"})
    saw["second base"], fd = other.allocate(1)
    os.close(fd)
    saw["bye"] = V2().ask("bye", {"containerId": "pod"})
    return saw


def frame(kind, opcode, payload=b""):
    return struct.pack(">HBBHBBI", 2, 3, 0, 0, kind, opcode, len(payload)) + payload


class V3:
    def __init__(self):
        self.connection = connected()

    def send(self, kind, opcode, payload=b""):
        self.connection.sendall(frame(kind, opcode, payload))

    def read(self):
        header = exactly(self.connection, 12)
        version, words, _, _, kind, opcode, length = struct.unpack(">HBBHBBI", header)
        assert (version, words) == (2, 3)
        return kind, opcode, exactly(self.connection, length)

    def ask(self, opcode, data=None):
        self.send(0, opcode, b"" if data is None else json.dumps(data).encode())
        kind, answered, payload = self.read()
        assert answered == opcode and kind & 15 == 1, (kind, answered)
        return {"failed": kind & 16 != 0, "payload": payload.decode()}


def v3():
    saw = {}
    runtime = V3()
    answer = runtime.ask(0, {"containerId": "pod", "ctlSerial": ctl, "ioSerial": io, "numIOStreams": 1})
    access = json.loads(answer["payload"])["io"]
    saw["url"], (token,) = access["URL"], access["tokens"]
    shim = V3()
    saw["shim"] = shim.ask(4, {"token": token})
    process = {"args": ["sh", "-c", "echo err >&2; cat"]}
    saw["newcontainer"] = runtime.ask(
        3, {"hyperName": "newcontainer", "tokens": [token], "data": {"id": "c", "process": process}}
    )
    shim.send(2, 0, b"through the shim")
    shim.send(2, 0)
    streams = {1: b"", 2: b""}
    while True:
        kind, opcode, payload = shim.read()
        if kind == 3:
            saw["status"] = payload[0]
            break
        streams[opcode] += payload
    saw["out"], saw["err"] = streams[1].decode(), streams[2].decode()
    saw["claimed"] = V3().ask(4, {"token": token})
    saw["unknown"] = V3().ask(2, {"containerId": "none"})
    shim.send(0, 5)
    saw["disconnect"] = shim.connection.recv(100).decode()
    saw["unregister"] = runtime.ask(1, {"containerId": "pod"})
    return saw


print(json.dumps({"v2": v2, "v3": v3}[generation]()))
