#!/usr/bin/env python3
"""Puts the service under load on this machine, and says whether it did everything right.

    load.py --service build-examples/service --weights xception_mini.weights \\
            --expected expected.json PICTURE...

expected.json is what 'xnc run MODEL --weights FILE --json PICTURE...' prints. Clients send
pictures, cut and damaged pictures, garbage, requests that make no sense, and read the answers; slow
clients hold connections; in the middle the service is killed and started again. Expected are: the
right status for every request, the probabilities of xnc run to the last bit of a float, memory that
does not grow, slow clients cut in time, requests that had begun answered after SIGTERM, exit code 0.
"""
import argparse
import http.client
import json
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

BODY, PIXELS, TIMEOUT, QUEUE = 1 << 20, 1 << 20, 3, 4
PATIENCE = 60  # seconds that a client keeps trying while the service is full or away
SLACK = 20  # seconds that a busy machine may take to notice that a client is late
BOMB = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60000, 60000)
        + b"\x08\x02\0\0\0\x90\x3a\x9a\x47")  # fmt: skip


class Service:
    """The process; started again on the same port after kill()."""

    def __init__(self, arguments):
        self.command = [arguments.service, f"--body={BODY}", f"--pixels={PIXELS}",
                        f"--timeout={TIMEOUT}", f"--queue={QUEUE}", "--top=100"]  # fmt: skip
        self.weights, self.port = arguments.weights, 0
        self.log = open(arguments.log, "wb")
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.command, f"--port={self.port}", self.weights],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening on http://127.0.0.1:"):
            sys.exit(f"the service did not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def resident(self):
        """Megabytes in memory."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


class Corpus:
    """Requests to send, each with the statuses that are right for it."""

    def __init__(self, paths, expected):
        self.pictures = {path: pathlib.Path(path).read_bytes() for path in paths}
        self.right = {one["input"]: one["top"] for one in json.loads(expected.read_text())}

    def draw(self, dice):
        """(method, path, body, statuses, picture whose answer is expected)"""
        path = dice.choice(sorted(self.pictures))
        picture = self.pictures[path]
        kinds = [self.whole] * 6 + [self.cut, self.flipped, self.noise, self.odd]
        return dice.choice(kinds)(dice, path, picture)

    def whole(self, dice, path, picture):
        return "POST", "/classify", picture, {200}, path

    def cut(self, dice, path, picture):
        """Anywhere, or in the header."""
        most = min(len(picture) - 32, dice.choice((200, len(picture))))
        return "POST", "/classify", picture[: dice.randrange(8, most)], {422}, None

    def flipped(self, dice, path, picture):
        damaged = bytearray(picture)
        for _ in range(dice.randrange(1, 20)):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        return "POST", "/classify", bytes(damaged), {200, 413, 415, 422}, None

    def noise(self, dice, path, picture):
        noise = dice.randbytes(dice.randrange(1, 4000))
        if dice.random() < 0.5:
            return "POST", "/classify", b"no picture" + noise, {415}, None
        # What noise says of size and colours may be refused for that.
        return "POST", "/classify", picture[:8] + noise, {413, 415, 422}, None

    def odd(self, dice, path, picture):
        return dice.choice([
            ("POST", "/classify", b"", {400}, None),
            ("POST", "/classify", BOMB, {413, 422}, None),
            ("POST", "/classify", bytes(BODY + 1), {413}, None),
            ("POST", "/classify", iter([picture]), {411}, None),  # without its length
            ("PUT", "/classify", picture, {405}, None),
            ("GET", "/classify", None, {405}, None),
            ("GET", "/../etc/passwd%00%0a%ff", None, {400, 404}, None),
            ("GET", "/health", None, {200}, None),
        ])  # fmt: skip


class Client(threading.Thread):
    """Sends its share of the requests, one after the other, on connections that stay open."""

    def __init__(self, service, corpus, number, count):
        super().__init__(daemon=True)
        self.service, self.corpus, self.count = service, corpus, count
        self.dice = random.Random(number)
        self.connection, self.sent, self.statuses, self.wrong = None, 0, {}, []

    def run(self):
        for _ in range(self.count):
            try:
                self.request(*self.corpus.draw(self.dice))
            except Exception as error:  # noqa: BLE001: whatever it is, it belongs into the result
                self.wrong.append(repr(error))
            self.sent += 1

    def request(self, method, path, body, allowed, picture):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, answer = self.exchange(method, path, body)
            if status is not None:
                self.statuses[status] = self.statuses.get(status, 0) + 1
            if status not in (None, 503):
                break
            time.sleep(self.dice.uniform(0.005, 0.05))
        if status not in allowed:
            self.wrong.append(f"{method} {path}: {status} {answer!r}, expected {allowed}")
        elif picture and not same(answer["top"], self.corpus.right[picture]):
            self.wrong.append(f"{picture}: {answer['top']}")

    def exchange(self, method, path, body):
        """Status and answer; None when the service went away, which is fine while it is killed."""
        try:
            if not self.connection:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.service.port,
                                                             timeout=PATIENCE)
                self.connection.connect()
            self.send(method, path, body)
            response = self.connection.getresponse()
            answer = json.loads(response.read() or "{}")
            if response.will_close:
                self.close()
            return response.status, answer
        except (OSError, http.client.HTTPException):
            self.close()
            return None, None

    def send(self, method, path, body):
        try:
            self.connection.putrequest(method, path, skip_accept_encoding=True)
            if body is None or isinstance(body, bytes):
                self.connection.putheader("Content-Length", str(len(body or b"")))
                self.connection.endheaders(body)
            else:
                self.connection.putheader("Transfer-Encoding", "chunked")
                self.connection.endheaders(list(body), encode_chunked=True)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent; the answer may be there

    def close(self):
        self.connection.close()
        self.connection = None


class Slow(threading.Thread):
    """Opens connections that never become a request, again and again."""

    def __init__(self, service, beginning, piece):
        super().__init__(daemon=True)
        self.service, self.beginning, self.piece = service, beginning, piece
        self.longest, self.cuts, self.stop = 0.0, 0, False

    def run(self):
        while not self.stop:
            try:
                with socket.create_connection(("127.0.0.1", self.service.port)) as connection:
                    self.hold(connection)
            except OSError:
                time.sleep(0.05)

    def hold(self, connection):
        begin, port = time.monotonic(), self.service.process.pid
        connection.settimeout(0.1)
        connection.sendall(self.beginning)
        try:
            while not self.stop:
                connection.sendall(self.piece)
                try:
                    if not connection.recv(100):
                        break
                except socket.timeout:
                    pass
        finally:
            if port == self.service.process.pid and not self.stop:
                self.cuts += 1
                self.longest = max(self.longest, time.monotonic() - begin)


def same(answer, expected):
    """The same classes in the same order, with the same floats."""
    def bits(top):
        return [(one["class"], struct.pack("f", one["probability"])) for one in top]
    return bits(answer)[: len(expected)] == bits(expected)


def slow_clients(service):
    head = b"POST /classify HTTP/1.1\r\nHost: x\r\n"
    return [Slow(service, b"", b""),  # says nothing
            Slow(service, head, b"X"),  # a header without end
            Slow(service, head + b"Content-Length: 100000\r\n\r\n", b"x"),  # a body likewise
            Slow(service, head + b"Content-Length: 9\r\n\r\n123", b"")]  # fmt: skip


def stop_slow(slow):
    """Ends the slow clients when each has met its fate at least once."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(one.cuts for one in slow):
        time.sleep(0.1)
    for thread in slow:
        thread.stop = True
        thread.join()


def drive(service, clients, kill_at):
    """Waits for the clients; kills the service once. Gives resident megabytes since then."""
    samples, killed = [], False
    while any(client.is_alive() for client in clients):
        time.sleep(0.1)
        done = sum(client.sent for client in clients)
        if not killed and done >= kill_at:
            service.kill()
            killed = True
        samples += [(done, service.resident())] if killed else []
    return samples


def growth(samples):
    """Of the lowest memory in the last quarter over the lowest in the second: caches are warm."""
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter] or samples, samples[-quarter:]
    return min(size for _, size in late) - min(size for _, size in early)


def stop_gracefully(service, corpus):
    """SIGTERM while requests run: those that have begun are answered. Gives what went wrong."""
    path, picture = next(iter(corpus.pictures.items()))
    head = f"POST /classify HTTP/1.1\r\nHost: x\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
    begun = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(QUEUE)]
    for connection in begun:
        connection.sendall(head + picture[:100])
    time.sleep(0.2)
    service.process.send_signal(signal.SIGTERM)
    time.sleep(0.2)
    wrong = []
    for connection in begun:
        connection.sendall(picture[100:])
        with connection, connection.makefile("rb") as answer:
            first = answer.readline()
            if b" 200 " not in first:
                wrong.append(f"begun before SIGTERM, but answered {first!r}")
    code = service.process.wait(timeout=PATIENCE)
    return wrong + ([f"exit code {code} after SIGTERM"] if code else [])


def check_log(path):
    """Every line is one object of JSON. Gives what went wrong."""
    wrong = []
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        try:
            json.loads(line)["status"]
        except (ValueError, KeyError, TypeError):
            wrong.append(f"in the log: {line[:300]}")
    return wrong[:20]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--service", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--expected", type=pathlib.Path, required=True)
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--growth", type=float, default=4, help="megabytes, allowed")
    parser.add_argument("--log", default="service.log", help="the service's, to be written")
    parser.add_argument("pictures", nargs="+")
    arguments = parser.parse_args()

    service, corpus = Service(arguments), Corpus(arguments.pictures, arguments.expected)
    begin, share = time.monotonic(), -(-arguments.requests // arguments.clients)
    clients = [Client(service, corpus, i, share) for i in range(arguments.clients)]
    slow = slow_clients(service)
    for thread in clients + slow:
        thread.start()
    samples = drive(service, clients, 0.3 * arguments.requests)
    spent = time.monotonic() - begin
    stop_slow(slow)
    wrong = [line for client in clients for line in client.wrong]
    wrong += stop_gracefully(service, corpus) + check_log(arguments.log)

    statuses = {}
    for client in clients:
        for status, count in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    longest, cuts = max(one.longest for one in slow), sum(one.cuts for one in slow)
    print(f"{share * len(clients)} requests from {len(clients)} clients in {spent:.1f} s")
    print("answers:", ", ".join(f"{count} x {code}" for code, count in sorted(statuses.items())))
    print(f"slow clients: {cuts} cut, the last one after {longest:.1f} s")
    for done, size in samples[:: max(1, len(samples) // 8)]:
        print(f"  after {done:6} requests: {size:7.1f} MB")
    print(f"memory grew by {growth(samples):.2f} MB")
    if growth(samples) > arguments.growth:
        wrong.append(f"memory grew by more than {arguments.growth} MB")
    if longest > TIMEOUT + SLACK or not all(one.cuts for one in slow):
        wrong.append(f"a slow client held its connection for {longest:.1f} s, or was never cut")
    for line in wrong[:20]:
        print("wrong:", line)
    print(f"{len(wrong)} wrong" if wrong else "all right")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
