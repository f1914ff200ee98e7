"""The example of an HTTP service under load: what it must withstand, and answer rightly.

Clients send pictures, cut and damaged pictures, garbage and requests that make no sense; slow ones
hold connections meanwhile. Expected are: the right status for every request, the probabilities of
xnc run to the last bit of a float, memory that does not grow, slow clients cut in time, requests
that had begun answered after SIGTERM, exit code 0.
"""
import http.client
import json
import pathlib
import random
import signal
import socket
import struct
import subprocess
import threading
import time

MOST_BYTES, TIMEOUT = 8 << 20, 10  # as the service has them
PATIENCE = 60  # seconds that a client keeps trying while the service is full
SLACK = 20  # seconds that a busy machine may take to notice that a client is late
CLIENTS = 16
BOMB = (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 60000, 60000)
        + b"\x08\x02\0\0\0\x90\x3a\x9a\x47")  # fmt: skip
HEAD = b"POST /classify HTTP/1.1\r\nHost: x\r\n"
ODD = (
    ("POST", "/classify", b"", {400}),
    ("POST", "/classify", BOMB, {413, 422}),
    ("POST", "/classify", bytes(MOST_BYTES + 1), {413}),
    ("POST", "/classify", iter, {411}),  # without its length
    ("PUT", "/classify", b"picture", {405}),
    ("GET", "/classify", b"", {405}),
    ("GET", "/../etc/passwd%00%0a%ff", b"", {400, 404}),
)


class Service:
    def __init__(self, program, weights):
        self.process = subprocess.Popen([program, weights, "0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        self.port = int(line.rsplit(":", 1)[1])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def resident(self):
        """Megabytes in memory."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def draw(dice, picture):
    """A request that is not simply the picture: method, path, body, statuses that are right."""
    kind = dice.choice(("cut", "flipped", "noise", "odd"))
    if kind == "odd":
        return dice.choice(ODD)
    if kind == "cut":  # anywhere, or in the header
        most = min(len(picture) - 32, dice.choice((200, len(picture))))
        return "POST", "/classify", picture[: dice.randrange(8, most)], {422}
    if kind == "noise":
        return "POST", "/classify", b"no picture" + dice.randbytes(4000), {415}
    damaged = bytearray(picture)
    for _ in range(dice.randrange(1, 20)):
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
    return "POST", "/classify", bytes(damaged), {200, 413, 415, 422}


class Client(threading.Thread):
    """Sends requests one after the other, on a connection that stays open where it can."""

    def __init__(self, service, right, count, seed):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=PATIENCE)
        self.right, self.count, self.dice, self.wrong = right, count, random.Random(seed), []

    def run(self):
        for _ in range(self.count):
            try:
                self.request(self.dice.choice(sorted(self.right)))
            except Exception as error:  # noqa: BLE001: whatever it is, it belongs into the result
                self.wrong.append(repr(error))
        self.connection.close()

    def request(self, path):
        picture, whole = pathlib.Path(path).read_bytes(), self.dice.random() < 0.6
        asked = ("POST", "/classify", picture, {200}) if whole else draw(self.dice, picture)
        status, answer = self.insist(*asked[:3])
        if status not in asked[3]:
            self.wrong.append(f"{asked[:2]}: {status} {answer!r}, expected {asked[3]}")
        elif whole and bits(answer["top"]) != bits(self.right[path]):
            self.wrong.append(f"{path}: {answer['top']}")

    def insist(self, method, path, body):
        """Status and answer, tried again while the service is full."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status, answer = self.exchange(method, path, body)
            if status not in (None, 503):
                return status, answer
            time.sleep(self.dice.uniform(0.005, 0.05))
        return None, "no answer"

    def exchange(self, method, path, body):
        """None when the connection was closed before the answer was read: refused at once, the rest
        of a body meets a closed socket."""
        try:
            self.send(method, path, body)
            response = self.connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return None, None

    def send(self, method, path, body):
        chunked = body is iter
        try:
            self.connection.request(method, path, iter([b"picture"]) if chunked else body,
                                    encode_chunked=chunked,
                                    headers={"Transfer-Encoding": "chunked"} if chunked else {})
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent; the answer may be there


def bits(top):
    return [(one["class"], struct.pack("f", one["probability"])) for one in top]


def be_slow(service, beginning, piece, held):
    """Sends a request that never ends; notes for how many seconds it was let."""
    begin = time.monotonic()
    with service.connect() as connection:
        connection.settimeout(0.1)
        connection.sendall(beginning)
        while time.monotonic() < begin + TIMEOUT + SLACK:
            try:
                connection.sendall(piece)
                if not connection.recv(100):
                    break
            except socket.timeout:
                pass
            except OSError:
                break
    held.append(time.monotonic() - begin)


def start_slow(service, held):
    requests = (
        (b"", b""),  # says nothing
        (HEAD, b"X"),  # a header without end
        (HEAD + b"Content-Length: 100000\r\n\r\n", b"x"),  # a body likewise
        (HEAD + b"Content-Length: 9\r\n\r\n123", b""),
        (HEAD + b"Content-Length: 3\r\n\r\n123", b""),  # nothing after the first answer
    )
    threads = [threading.Thread(target=be_slow, args=(service, *request, held), daemon=True)
               for request in requests]  # fmt: skip
    for thread in threads:
        thread.start()
    return threads


def send_all(service, right, requests, seed):
    clients = [Client(service, right, requests // CLIENTS, seed + i) for i in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return [line for client in clients for line in client.wrong]


def stop(service, picture):
    """SIGTERM while requests arrive: those that have begun are answered."""
    head, wrong = HEAD + b"Content-Length: %d\r\n\r\n" % len(picture), []
    begun = [service.connect() for _ in range(4)]
    for connection in begun:
        connection.sendall(head + picture[:100])
    time.sleep(0.5)
    service.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    for connection in begun:
        connection.sendall(picture[100:])
        with connection, connection.makefile("rb") as answer:
            first = answer.readline()
            if b" 200 " not in first:
                wrong.append(f"begun before SIGTERM, but answered {first!r}")
    code = service.process.wait(timeout=PATIENCE)
    return wrong + ([f"exit code {code} after SIGTERM"] if code else [])


def load(program, weights, right, requests, growth):
    """What the service does wrong; right has the expected top of each picture's path, growth is in
    megabytes, over the second half of the requests."""
    service, held = Service(program, weights), []
    slow = start_slow(service, held)
    wrong = send_all(service, right, requests // 2, 0)
    before = service.resident()
    wrong += send_all(service, right, requests // 2, CLIENTS)
    grown = service.resident() - before
    for thread in slow:
        thread.join()
    if grown > growth:
        wrong.append(f"memory grew by {grown:.1f} MB")
    if len(held) < len(slow) or not TIMEOUT - 1 < min(held) <= max(held) < TIMEOUT + SLACK:
        wrong.append(f"slow clients held connections for {held} seconds")
    return wrong + stop(service, pathlib.Path(next(iter(right))).read_bytes())
